// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/stack_buffers.h"

#include <cstring>

namespace engine::nn {

namespace {

// Whole panels, and never a multiple of 1 KiB: rows of a tile would fall into the same cache sets.
int64_t strideOf(int64_t width, int64_t elementBytes)
{
    const int64_t padded = kernels::roundedUp(width, kernels::kPanelFeatures);
    return padded * elementBytes % 1024 == 0 ? padded + 2 * kernels::kPanelFeatures : padded;
}

} // namespace

void StackBuffers::arrange(const StackPlan& plan, int64_t elementBytes)
{
    const StackShape& shape = plan.shape;
    int64_t lowRank = 0;
    for (std::size_t product = 0; product < kProducts; ++product) {
        m_lowRankColumns[product] = lowRank;
        int64_t widest = 0;
        for (const BlockPlan& block : plan.blocks) {
            const LowRankGroup& low = *block.products[product].low;
            widest = std::max(widest, low.isEmpty() ? 0 : low.stride());
        }
        lowRank += widest;
    }
    std::array<Place, Parts> places;
    int64_t end = 0;
    const auto place = [&](Part part, int64_t stride, int64_t rowBytes, bool isPerBlock) {
        const int64_t bytes = kernels::roundedUp(plan.tokens * stride * rowBytes, 4096);
        const auto blocks = static_cast<int64_t>(plan.blocks.size()) + (part == Input ? 1 : 0);
        const bool isKept = isPerBlock && plan.isTracked;
        places[part] = {end, isKept ? bytes : 0, stride};
        end += isKept ? blocks * bytes : bytes;
    };
    const int64_t size = elementBytes;
    place(Input, strideOf(shape.hidden, size), size, true);
    place(Attend, strideOf(shape.attendFeatures, size), size, true);
    place(Mixed, strideOf(shape.heads * shape.headDim, size), size, true);
    place(Middle, strideOf(shape.hidden, size), size, true);
    place(Expanded, strideOf(shape.expandFeatures, size), size, true);
    place(LowRank, lowRank, size, true);
    place(LogSums, shape.heads, sizeof(float), true);
    if (plan.isTracked) {
        place(InputGradient, strideOf(shape.hidden, size), size, false);
        place(MixedGradient, strideOf(shape.heads * shape.headDim, size), size, false);
        place(AttendGradient, strideOf(shape.attendFeatures, size), size, false);
    }
    const auto same = [](const Place& a, const Place& b) {
        return a.offset == b.offset && a.perBlock == b.perBlock && a.stride == b.stride;
    };
    const bool isArranged = std::equal(places.begin(), places.end(), m_places.begin(), same);
    m_places = places;
    const std::size_t before = m_memory.bytes();
    m_memory.reserve(static_cast<std::size_t>(end) + 64); // the last panel of a slice may read on
    // Padding of rows must be zero: another arrangement has left its numbers there.
    if (!isArranged && before == m_memory.bytes()) {
        std::memset(m_memory.as<std::byte>(), 0, static_cast<std::size_t>(end));
    }
}

} // namespace engine::nn
