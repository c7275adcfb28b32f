// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Layer norms of the decoder families: RMSNorm (Llama), RMSNorm whose weight counts from 1 (Gemma)
// and LayerNorm (GPT-2).
#pragma once

#include "engine/kernels/rms_norm.h"
#include "engine/nn/blueprint.h"

#include <ATen/core/Tensor.h>

namespace engine::nn {

// OffsetRms multiplies by 1 + weight and rounds once, after it. Source: transformers
// modeling_gemma.py, GemmaRMSNorm.
enum class NormKind { Rms, OffsetRms, Layer };

class Norm
{
public:
    // weight, bias: [hidden]; bias undefined for RMSNorm.
    Norm(ModuleSpec spec, NormKind kind, at::Tensor weight, at::Tensor bias, double epsilon);

    // x [..., width] → the same shape and dtype; float32 inside.
    at::Tensor forward(const at::Tensor& x) const;
    // x + residual and its norm, [tokens, hidden] each; on a device in one pass for RMSNorm.
    kernels::NormedSum forwardSum(const at::Tensor& x, const at::Tensor& residual) const;

    const ModuleSpec& spec() const { return m_spec; }
    NormKind kind() const { return m_kind; }
    double epsilon() const { return m_epsilon; }
    // What the normalised numbers are multiplied by: the weight, or 1 + weight in float32.
    at::Tensor factor() const;
    at::Tensor& weight() { return m_weight; }
    const at::Tensor& weight() const { return m_weight; }
    at::Tensor& bias() { return m_bias; }
    const at::Tensor& bias() const { return m_bias; }

private:
    ModuleSpec m_spec;
    NormKind m_kind;
    at::Tensor m_weight;
    at::Tensor m_bias;
    double m_epsilon;
};

} // namespace engine::nn
