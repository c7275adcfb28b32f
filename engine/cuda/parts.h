// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The fused parts on tensors: they check, allocate the results and launch on the current stream.
// Each is one entry of kernels::DeviceKernels, described there.
#pragma once

#include "engine/kernels/registry.h"

namespace engine::cuda {

using at::Tensor;

kernels::NormForward
rmsNorm(const Tensor& x, const Tensor& residual, const Tensor& weight, double epsilon);
Tensor rmsNormBackward(const Tensor& gradient,
                       const Tensor& x,
                       const Tensor& weight,
                       const Tensor& inverseRoots,
                       const Tensor& sumGradient);
Tensor rotary(const Tensor& x,
              const Tensor& positions,
              const kernels::RotaryTable& table,
              float direction);
Tensor gate(const Tensor& gate, const Tensor& up, kernels::Activation activation);
std::pair<Tensor, Tensor> gateBackward(const Tensor& gradient,
                                       const Tensor& gate,
                                       const Tensor& up,
                                       kernels::Activation activation);
void crossEntropy(
    Tensor& logits, const Tensor& targets, bool withGradient, Tensor& losses, Tensor& correct);
Tensor dropout(const Tensor& x, double probability, uint64_t seed);
Tensor dropoutByPlacedSeed(const Tensor& x, double probability, const Tensor& seed);
Tensor dequantizeNf4(const kernels::Nf4Weight& weight, at::ScalarType type);
void adamw(Tensor& parameters,
           const Tensor& gradients,
           Tensor& m,
           Tensor& v,
           int64_t step,
           const kernels::AdamwSettings& settings);
void adamwByControl(Tensor& parameters,
                    const Tensor& gradients,
                    Tensor& m,
                    Tensor& v,
                    const Tensor& control,
                    const kernels::AdamwSettings& settings);
Tensor clipFactor(const Tensor& gradients, double maxNorm, Tensor& control);

} // namespace engine::cuda
