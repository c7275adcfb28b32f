// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One AdamW step. Source: Loshchilov & Hutter 2019, algorithm 2.
#pragma once

#include <ATen/core/Tensor.h>

namespace engine::kernels {

using at::Tensor;

// Whose arithmetic.
enum class AdamwForm {
    Torch,   // torch.optim.AdamW: decay before the step, ε beside the corrected root
    Loralib, // microsoft/LoRA, examples/NLG/src/optimizer.py: decay after it, ε beside the plain
             // one
};

struct AdamwSettings
{
    double learningRate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weightDecay = 0;
    AdamwForm form = AdamwForm::Torch;
};

// Updates parameters, m and v in place; decay is decoupled.
//   parameters, gradients, m, v  [numbers], float32, contiguous
//   step                         from 1, for the bias correction
void adamwStep(Tensor& parameters,
               const Tensor& gradients,
               Tensor& m,
               Tensor& v,
               int64_t step,
               const AdamwSettings& settings);

// The same where rows or columns of a matrix have had different numbers of steps, which happens
// when a step updates but a part of it (DyLoRA).
//   parameters, gradients, m, v  [rows, columns], float32, views with any strides
//   steps                        float64 on the processor, [rows, 1] or [1, columns], from 1
void adamwStepBySteps(Tensor& parameters,
                      const Tensor& gradients,
                      Tensor& m,
                      Tensor& v,
                      const Tensor& steps,
                      const AdamwSettings& settings);

} // namespace engine::kernels
