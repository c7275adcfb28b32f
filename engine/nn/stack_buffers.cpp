// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/stack_buffers.h"

#include <cstring>

namespace engine::nn {

namespace {

// Where the products' columns of x Aᵀ begin, and their whole width. Products write whole panels,
// so the columns behind one's own must be written after it: in the order of the forward. The last
// product is not made again, thus nothing may reach into its columns.
int64_t placeLowRanks(const std::vector<BlockPlan>& blocks, std::array<int64_t, kProducts>& columns)
{
    int64_t end = 0;
    int64_t written = 0;
    for (std::size_t product = 0; product < kProducts; ++product) {
        int64_t widest = 0;
        int64_t reach = 0;
        for (const BlockPlan& block : blocks) {
            widest = std::max(widest, block.products[product].columns());
            reach = std::max(reach, block.products[product].reach());
        }
        columns[product] = product == kContract ? std::max(end, written) : end;
        end = columns[product] + widest;
        written = std::max(written, columns[product] + reach);
    }
    return kernels::roundedUp(written, kernels::kPanelFeatures);
}

// place(part, width) for what the gradients of trained weights read beside the other parts.
template <typename Place>
void placeTrained(const StackPlan& plan, Place place)
{
    using Buffers = StackBuffers;
    const auto isTrained = [&plan](std::size_t product) {
        return std::any_of(plan.blocks.begin(), plan.blocks.end(), [product](const auto& block) {
            return !block.products[product].weights.empty();
        });
    };
    const StackShape& shape = plan.shape;
    if (isTrained(kAttend)) {
        place(Buffers::AttendInput, shape.hidden);
    }
    if (isTrained(kProject)) {
        place(Buffers::ProjectGradient, shape.hidden);
    }
    if (isTrained(kExpand)) {
        place(Buffers::ExpandInput, shape.hidden);
        place(Buffers::ExpandGradient, shape.expandFeatures);
    }
    if (isTrained(kContract)) {
        place(Buffers::ContractInput, shape.inner);
        place(Buffers::ContractGradient, shape.hidden);
    }
}

} // namespace

int64_t rowStride(int64_t width, int64_t elementBytes)
{
    const int64_t padded = kernels::roundedUp(width, kernels::kPanelFeatures);
    return padded * elementBytes % 1024 == 0 ? padded + 2 * kernels::kPanelFeatures : padded;
}

void StackBuffers::arrange(const StackPlan& plan, int64_t elementBytes)
{
    const StackShape& shape = plan.shape;
    const int64_t lowRank = placeLowRanks(plan.blocks, m_lowRankColumns);
    std::array<Place, Parts> places;
    int64_t end = 0;
    const auto place = [&](Part part, int64_t stride, int64_t rowBytes, bool isSaved) {
        const int64_t bytes = kernels::roundedUp(plan.tokens * stride * rowBytes, 4096);
        const auto blocks = static_cast<int64_t>(plan.blocks.size()) + (part == Input ? 1 : 0);
        const bool isKept = isSaved && plan.isTracked;
        places[part] = {end, isKept ? bytes : 0, stride};
        end += isKept ? blocks * bytes : bytes;
    };
    const int64_t size = elementBytes;
    const bool savesBlock = plan.recompute != Recompute::Block;
    const bool savesInner = plan.recompute == Recompute::None;
    place(Input, rowStride(shape.hidden, size), size, true);
    if (plan.isTracked && shape.hasHeadNorms) {
        place(Heads, rowStride(shape.valueColumn, size), size, savesBlock);
    }
    place(Attend, rowStride(shape.attendFeatures, size), size, savesBlock);
    place(Mixed, rowStride(shape.heads * shape.headDim, size), size, savesBlock);
    if (plan.keepsOutput(0)) {
        place(AttentionOutput, rowStride(shape.hidden, size), size, savesBlock);
    }
    if (plan.keepsOutput(1)) {
        place(MlpOutput, rowStride(shape.hidden, size), size, true);
    }
    place(Middle, rowStride(shape.hidden, size), size, savesBlock);
    place(Expanded, rowStride(shape.expandFeatures, size), size, savesInner);
    place(LowRank, lowRank, size, true);
    place(LogSums, shape.heads, sizeof(float), savesBlock);
    if (plan.isTracked && plan.gainFeatures > 0) {
        const auto outputs = [&](std::size_t product, int64_t width, bool isSaved) {
            const auto hasGains = [product](const BlockPlan& block) {
                return block.products[product].hasGains();
            };
            if (std::any_of(plan.blocks.begin(), plan.blocks.end(), hasGains)) {
                place(unscaled(product), rowStride(width, size), size, isSaved);
            }
        };
        outputs(kAttend, shape.attendFeatures, savesBlock);
        outputs(kProject, shape.hidden, savesBlock);
        outputs(kExpand, shape.expandFeatures, savesInner);
        outputs(kContract, shape.hidden, true); // nothing makes it again
    }
    if (plan.isTracked) {
        place(InputGradient, rowStride(shape.hidden, size), size, false);
        place(MixedGradient, rowStride(shape.heads * shape.headDim, size), size, false);
        place(AttendGradient, rowStride(shape.attendFeatures, size), size, false);
        placeTrained(plan, [&](Part part, int64_t width) {
            place(part, rowStride(width, size), size, false);
        });
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
