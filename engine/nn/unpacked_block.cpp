// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/unpacked_block.h"

namespace engine::nn {

kernels::PackedMatrix&
UnpackedBlock::place(std::size_t which, const PackedGroup& group, bool isInput)
{
    std::vector<int64_t> sizes = {group.inputs()};
    for (const Linear* layer : group.layers()) {
        sizes.push_back(layer->spec().out);
    }
    kernels::PackedMatrix& place = m_places[{which, isInput, group.type(), std::move(sizes)}];
    if (place.isEmpty()) {
        place = isInput ? kernels::PackedMatrix(group.inputs(), group.features(), group.type())
                        : kernels::PackedMatrix(group.features(), group.inputs(), group.type());
    }
    return place;
}

} // namespace engine::nn
