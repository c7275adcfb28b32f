// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One AdamW step on flat buffers. Source: Loshchilov & Hutter 2019, algorithm 2; the arithmetic of
// torch.optim.AdamW.
#pragma once

#include <ATen/core/Tensor.h>

namespace engine::kernels {

using at::Tensor;

struct AdamwSettings
{
    double learningRate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weightDecay = 0;
};

// Updates parameters, m and v in place; decay is decoupled and comes before the step.
//   parameters, gradients, m, v  [numbers], float32, contiguous
//   step                         from 1, for the bias correction
void adamwStep(Tensor& parameters,
               const Tensor& gradients,
               Tensor& m,
               Tensor& v,
               int64_t step,
               const AdamwSettings& settings);

} // namespace engine::kernels
