// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Room for the panels of one block of layers of which none are kept: every block of the same shape
// has them made there when its turn comes, forward and backward in the same memory. Kept between
// passes that make them. Compute thread only; filled by any.
// Bytes: those of one dense block in the computing type; with recomputation, whose backward needs
// both directions of a block at once, twice.
#pragma once

#include "engine/nn/packed_weights.h"

#include <map>
#include <tuple>

namespace engine::nn {

class UnpackedBlock
{
public:
    // Of product `which` of a block. Stays where it is; lay() it out before it is filled.
    // Directions that are needed at the same time have rooms apart.
    kernels::PackedMatrix& place(std::size_t which, const PackedGroup& group, bool isApart);

    // The room as PackedGroup::forOutput() of the group would be, or as forInput(). What was there
    // in another layout is lost.
    static void layForOutput(kernels::PackedMatrix& place, const PackedGroup& group);
    static void layForInput(kernels::PackedMatrix& place, const PackedGroup& group);

private:
    // Layouts that differ in nothing else leave the same padding zero.
    using Layout = std::tuple<std::size_t, bool, kernels::PackedType, std::vector<int64_t>>;

    std::map<Layout, kernels::PackedMatrix> m_places;
};

} // namespace engine::nn
