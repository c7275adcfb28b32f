// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The plain twin of every fused part, composed from differentiable LibTorch operators. The tests
// hold each fused forward and gradient against these; at run time only attention with a window or
// a soft cap on a device calls its twin.
#pragma once

#include "engine/kernels/activation.h"
#include "engine/kernels/adamw.h"
#include "engine/kernels/attention.h"
#include "engine/kernels/linear_group.h"
#include "engine/kernels/rotary.h"

namespace engine::kernels {

// Arguments, shapes and results as in the headers of the fused parts.
Tensor attentionReference(const Tensor& q,
                          const Tensor& k,
                          const Tensor& v,
                          const Sequences& sequences,
                          const AttentionScores& scores);
Tensor rotaryReference(const Tensor& x, const Tensor& positions, const RotaryTable& table);
Tensor rmsNormReference(const Tensor& x, const Tensor& weight, double epsilon);
std::vector<Tensor> loraLinearReference(const Tensor& x, const std::vector<FrozenMatrix>& group);
Tensor gatedMlpReference(const Tensor& x,
                         const FrozenMatrix& gate,
                         const FrozenMatrix& up,
                         const FrozenMatrix& down,
                         Activation activation);
Tensor crossEntropyReference(const Tensor& logits, const Tensor& targets, double smoothing = 0);
void adamwReference(Tensor& parameters,
                    const Tensor& gradients,
                    Tensor& m,
                    Tensor& v,
                    int64_t step,
                    const AdamwSettings& settings);

} // namespace engine::kernels
