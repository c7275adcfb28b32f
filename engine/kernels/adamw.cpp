// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/adamw.h"

#include "engine/kernels/registry.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/tensor.h>

namespace engine::kernels {

void adamwStep(Tensor& parameters,
               const Tensor& gradients,
               Tensor& m,
               Tensor& v,
               int64_t step,
               const AdamwSettings& settings)
{
    if (settings.form == AdamwForm::Loralib) {
        const Tensor steps = at::tensor({static_cast<double>(step)}, at::kDouble);
        adamwStepBySteps(parameters, gradients, m, v, steps, settings);
        return;
    }
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

void adamwStepBySteps(Tensor& parameters,
                      const Tensor& gradients,
                      Tensor& m,
                      Tensor& v,
                      const Tensor& steps,
                      const AdamwSettings& settings)
{
    const auto correction = [&steps](double beta) { return 1 - at::pow(beta, steps); };
    const auto placed = [&parameters](const Tensor& numbers) {
        return numbers.to(parameters.options());
    };
    const double rate = settings.learningRate;
    const double kept = 1 - rate * settings.weightDecay;
    const Tensor first = correction(settings.beta1);
    const Tensor second = correction(settings.beta2).sqrt();

    m.lerp_(gradients, 1 - settings.beta1);
    v.mul_(settings.beta2).addcmul_(gradients, gradients, 1 - settings.beta2);
    Tensor change = v.sqrt();
    if (settings.form == AdamwForm::Loralib) {
        change.add_(settings.epsilon).reciprocal_().mul_(m).mul_(placed(rate * second / first));
        parameters.sub_(change).mul_(kept);
        return;
    }
    change.div_(placed(second)).add_(settings.epsilon).reciprocal_().mul_(m);
    parameters.mul_(kept).sub_(change.mul_(placed(rate / first)));
}

} // namespace engine::kernels
