// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/adamw.h"

#include "engine/kernels/registry.h"

#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/tensor.h>

namespace engine::kernels {

void adamwStep(Tensor& parameters,
               const Tensor& gradients,
               Tensor& m,
               Tensor& v,
               int64_t step,
               const AdamwSettings& settings)
{
    if (const DeviceKernels* device = kernelsFor(parameters)) {
        device->adamw(parameters, gradients, m, v, step, settings);
        return;
    }
    const Tensor steps = at::tensor(static_cast<float>(step));
    at::_fused_adamw_({parameters},
                      {gradients},
                      {m},
                      {v},
                      {},
                      {steps},
                      settings.learningRate,
                      settings.beta1,
                      settings.beta2,
                      settings.weightDecay,
                      settings.epsilon,
                      /*amsgrad=*/false,
                      /*maximize=*/false);
}

} // namespace engine::kernels
