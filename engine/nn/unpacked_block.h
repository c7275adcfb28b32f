// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Room for the panels of one block of quantised layers, which every block of the same shape is
// unpacked into when its turn comes. Kept between steps. Compute thread only; filled by any.
// Bytes: those of one dense block in the computing type, once per direction used.
#pragma once

#include "engine/nn/packed_weights.h"

#include <map>
#include <tuple>

namespace engine::nn {

class UnpackedBlock
{
public:
    // For what PackedGroup::forOutput() of product `which` of a block would be. Stays where it is.
    kernels::PackedMatrix& output(std::size_t which, const PackedGroup& group)
    {
        return place(which, group, false);
    }
    // The same for forInput().
    kernels::PackedMatrix& input(std::size_t which, const PackedGroup& group)
    {
        return place(which, group, true);
    }

private:
    // Layouts that differ in nothing else leave the same padding zero.
    using Layout = std::tuple<std::size_t, bool, kernels::PackedType, std::vector<int64_t>>;

    kernels::PackedMatrix& place(std::size_t which, const PackedGroup& group, bool isInput);

    std::map<Layout, kernels::PackedMatrix> m_places;
};

} // namespace engine::nn
