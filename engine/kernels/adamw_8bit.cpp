// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/adamw_8bit.h"

#include "engine/kernels/dynamic_map.h"

#include <ATen/ops/empty.h>

#include <cmath>

namespace engine::kernels {
namespace {

constexpr int64_t kPart = 1024 * kMomentBlock; // numbers at once

void updateMoments(Tensor& m, Tensor& v, const Tensor& gradients, const AdamwSettings& settings)
{
    m.mul_(settings.beta1).add_(gradients, 1 - settings.beta1);
    v.mul_(settings.beta2).addcmul_(gradients, gradients, 1 - settings.beta2);
}

void decay(Tensor& parameters, const AdamwSettings& settings)
{
    if (settings.weightDecay > 0) {
        parameters.mul_(1 - settings.learningRate * settings.weightDecay);
    }
}

struct Corrections
{
    Corrections(const AdamwSettings& settings, int64_t step)
        : first(1 - std::pow(settings.beta1, static_cast<double>(step))),
          second(std::sqrt(1 - std::pow(settings.beta2, static_cast<double>(step))))
    {
    }

    double first;
    double second;
};

} // namespace

void adamw8bitStep(Tensor& parameters,
                   const Tensor& gradients,
                   PackedMoments& moments,
                   int64_t step,
                   const AdamwSettings& settings)
{
    const int64_t numbers = parameters.numel();
    const Corrections corrections(settings, step);
    const Tensor first = at::empty({std::min(numbers, kPart)}, at::kFloat);
    const Tensor second = at::empty_like(first);
    for (int64_t begin = 0; begin < numbers; begin += kPart) {
        const int64_t count = std::min(kPart, numbers - begin);
        const auto codes = [&](const Tensor& all) { return all.narrow(0, begin, count); };
        const auto scales = [&](const Tensor& all) {
            return all.narrow(0, begin / kMomentBlock, momentBlocks(count));
        };
        Tensor m = first.narrow(0, 0, count);
        Tensor v = second.narrow(0, 0, count);
        Tensor values = codes(parameters);
        Tensor firstCodes = codes(moments.firstCodes);
        Tensor firstScales = scales(moments.firstScales);
        Tensor secondCodes = codes(moments.secondCodes);
        Tensor secondScales = scales(moments.secondScales);
        const DynamicMap& ofFirst = DynamicMap::ofSigned();
        const DynamicMap& ofSecond = DynamicMap::ofUnsigned();

        dequantizeBlockwise(firstCodes, firstScales, ofFirst, kMomentBlock, m);
        dequantizeBlockwise(secondCodes, secondScales, ofSecond, kMomentBlock, v);
        updateMoments(m, v, codes(gradients), settings);
        const Tensor root = v.sqrt().div_(corrections.second).add_(settings.epsilon);
        decay(values, settings);
        values.addcdiv_(m, root, -settings.learningRate / corrections.first);
        quantizeBlockwise(m, ofFirst, kMomentBlock, firstCodes, firstScales);
        quantizeBlockwise(v, ofSecond, kMomentBlock, secondCodes, secondScales);
    }
}

void adamw8bitSmallStep(Tensor& parameters,
                        const Tensor& gradients,
                        Tensor& m,
                        Tensor& v,
                        int64_t step,
                        const AdamwSettings& settings)
{
    const Corrections corrections(settings, step);
    updateMoments(m, v, gradients, settings);
    decay(parameters, settings);
    const Tensor root = v.sqrt().add_(settings.epsilon * corrections.second);
    parameters.add_(m.div(root), -settings.learningRate * corrections.second / corrections.first);
}

} // namespace engine::kernels
