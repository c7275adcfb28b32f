// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/packed_moments.h"

#include <ATen/ops/zeros.h>

namespace engine::train {

PackedMomentStore::PackedMomentStore(const nn::ParameterBuffer& buffer)
{
    int64_t large = 0;
    int64_t blocks = 0;
    int64_t small = 0;
    for (const nn::TrainableTensor& tensor : buffer.tensors()) {
        if (kernels::hasPackedMoments(tensor.numel())) {
            m_places.push_back({large, blocks});
            large += tensor.numel();
            blocks += kernels::momentBlocks(tensor.numel());
        } else {
            m_places.push_back({small, 0});
            small += tensor.numel();
        }
    }
    m_large.firstCodes = at::zeros({large}, at::kByte);
    m_large.firstScales = at::zeros({blocks}, at::kFloat);
    m_large.secondCodes = at::zeros({large}, at::kByte);
    m_large.secondScales = at::zeros({blocks}, at::kFloat);
    m_smallFirst = at::zeros({small}, at::kFloat);
    m_smallSecond = at::zeros({small}, at::kFloat);
}

void PackedMomentStore::update(nn::ParameterBuffer& buffer,
                               std::size_t tensor,
                               int64_t step,
                               const kernels::AdamwSettings& settings)
{
    const int64_t numbers = buffer.tensors()[tensor].numel();
    const Place place = m_places[tensor];
    const at::Tensor placed = buffer.values().narrow(0, buffer.offset(tensor), numbers);
    const at::Tensor gradients = buffer.gradients().narrow(0, buffer.offset(tensor), numbers).cpu();
    at::Tensor values = placed.cpu();
    const auto part = [&](const at::Tensor& all) { return all.narrow(0, place.numbers, numbers); };
    if (kernels::hasPackedMoments(numbers)) {
        const auto scales = [&](const at::Tensor& all) {
            return all.narrow(0, place.blocks, kernels::momentBlocks(numbers));
        };
        kernels::PackedMoments moments{part(m_large.firstCodes),
                                       scales(m_large.firstScales),
                                       part(m_large.secondCodes),
                                       scales(m_large.secondScales)};
        kernels::adamw8bitStep(values, gradients, moments, step, settings);
    } else {
        at::Tensor first = part(m_smallFirst);
        at::Tensor second = part(m_smallSecond);
        kernels::adamw8bitSmallStep(values, gradients, first, second, step, settings);
    }
    if (!placed.is_cpu()) {
        placed.copy_(values);
    }
}

std::vector<std::pair<std::string, at::Tensor>> PackedMomentStore::stored() const
{
    return {{"first_codes", m_large.firstCodes},
            {"first_scales", m_large.firstScales},
            {"second_codes", m_large.secondCodes},
            {"second_scales", m_large.secondScales},
            {"first_moments", m_smallFirst},
            {"second_moments", m_smallSecond}};
}

} // namespace engine::train
