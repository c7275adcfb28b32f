// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/unpacked_block.h"

namespace engine::nn {

kernels::PackedMatrix&
UnpackedBlock::place(std::size_t which, const PackedGroup& group, bool isApart)
{
    std::vector<int64_t> sizes = {group.inputs()};
    for (const Linear* layer : group.layers()) {
        sizes.push_back(layer->spec().out);
    }
    return m_places[{which, isApart, group.type(), std::move(sizes)}];
}

void UnpackedBlock::layForOutput(kernels::PackedMatrix& place, const PackedGroup& group)
{
    place.layOut(group.features(), group.inputs(), group.type());
}

void UnpackedBlock::layForInput(kernels::PackedMatrix& place, const PackedGroup& group)
{
    place.layOut(group.inputs(), group.features(), group.type());
}

} // namespace engine::nn
