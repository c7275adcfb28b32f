// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Layer norms of the decoder families: RMSNorm (Llama) and LayerNorm (GPT-2).
#pragma once

#include "engine/kernels/rms_norm.h"
#include "engine/nn/blueprint.h"

#include <ATen/core/Tensor.h>

namespace engine::nn {

enum class NormKind { Rms, Layer };

class Norm
{
public:
    // weight, bias: [hidden]; bias undefined for RMSNorm.
    Norm(ModuleSpec spec, NormKind kind, at::Tensor weight, at::Tensor bias, double epsilon);

    // x [tokens, hidden] → the same shape and dtype; float32 inside.
    at::Tensor forward(const at::Tensor& x) const;
    // x + residual and its norm, [tokens, hidden] each; on a device in one pass for RMSNorm.
    kernels::NormedSum forwardSum(const at::Tensor& x, const at::Tensor& residual) const;

    const ModuleSpec& spec() const { return m_spec; }
    NormKind kind() const { return m_kind; }
    double epsilon() const { return m_epsilon; }
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
