// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A run of standard blocks as the workers read it: plain numbers and pointers into packed matrices,
// made anew for every pass. Read from any thread.
#pragma once

#include "engine/kernels/block_rows.h"
#include "engine/kernels/packed_product.h"
#include "engine/kernels/sequences.h"
#include "engine/nn/low_rank_group.h"
#include "engine/nn/scaled_updates.h"

#include <array>
#include <vector>

namespace engine::nn {

class PackedBottleneck;

// The four products of a block, in the order of its forward.
enum BlockProduct : std::size_t { kAttend, kProject, kExpand, kContract, kProducts };

// Factors of some outputs of a product's layer.
struct OutputFactors
{
    at::Tensor factors; // float32, contiguous
    kernels::RowSlice rows;
    int64_t base = 0; // first feature of the layer

    int64_t feature(int64_t row) const { return base + rows.row(row); }
};

// Factors of what a product reads, and where a thread sums their gradient.
struct InputFactors
{
    at::Tensor factors; // likewise; undefined: none
    int64_t sums = 0;
};

// A vector that is trained, and where a thread sums its gradient.
struct TrainedVector
{
    at::Tensor values; // undefined: none
    int64_t sums = 0;

    bool isThere() const { return values.defined(); }
};

// The weight of a layer that is trained itself: a leaf whose gradient is added to where it is.
struct TrainedWeight
{
    at::Tensor weight; // float32 [outputs, inputs]
    int64_t base = 0;  // first feature of the layer
};

struct ProductPlan
{
    PackedGroup* group = nullptr;
    const kernels::PackedMatrix* output = nullptr;
    const kernels::PackedMatrix* input = nullptr; // null where no gradient goes that far
    // Where they are not kept the same two, to be laid out and filled before a block is computed;
    // one and the same place where the backward computes nothing again.
    kernels::PackedMatrix* unpackedOutput = nullptr;
    kernels::PackedMatrix* unpackedInput = nullptr;
    const LowRankGroup* low = nullptr;
    std::vector<ScaledUpdate> scaled;
    std::vector<TrainedWeight> weights;
    std::vector<TrainedVector> biases; // of its layers
    int64_t biasSums = 0;              // of a thread, where there are any: [features]
    int64_t inputs = 0;
    int64_t features = 0;
    // Of a thread's sums: [columns, inputs], rows padded, and those of each update's B.
    int64_t aSums = 0;
    int64_t bSums = 0;
    int64_t gainSums = 0; // of gains: [features]
    // Gains that stand behind the bias, and 1 for all other features; there are no lengths then.
    std::vector<OutputFactors> factors;
    std::vector<float> factorGains;
    InputFactors inputFactors;

    int64_t aStride() const { return kernels::roundedUp(inputs, kernels::kPanelFeatures); }

    bool isTrained() const
    {
        return !low->isEmpty() || !scaled.empty() || !weights.empty() || !biases.empty()
               || !factors.empty();
    }
    bool hasGains() const { return low->hasLengths() || !factors.empty(); }
    const float* gains() const { return factors.empty() ? low->gains() : factorGains.data(); }
    // Of x Aᵀ of all updates, and how far making them writes.
    int64_t columns() const { return scaled.empty() ? low->columns() : scaledEnd(); }
    int64_t reach() const { return scaled.empty() ? low->reach() : scaledEnd(); }

private:
    int64_t scaledEnd() const
    {
        return scaled.back().column
               + kernels::roundedUp(scaled.back().rank(), kernels::kPanelFeatures);
    }
};

// What all blocks of a run have in common.
struct StackShape
{
    int64_t hidden = 0;
    int64_t heads = 0, kvHeads = 0, headDim = 0;
    int64_t queryColumn = 0, keyColumn = 0, valueColumn = 0; // of the first product
    int64_t headStride = 0; // from one head to the next among its columns
    int64_t inner = 0;
    int64_t upColumn = 0; // of the third product; 0: no gate
    int64_t attendFeatures = 0, expandFeatures = 0;
    kernels::Activation activation = kernels::Activation::Silu;
    bool isLayerNorm = false;
    bool isParallel = false; // the MLP reads the block's input, not the first sum
    bool hasHeadNorms = false;
    bool hasOutputNorms = false; // over what a sub-layer adds to x
    float scoreScale = 1;        // of the attention scores
    float softCap = 0;           // likewise; 0: none
    int64_t rotaryHalf = 0;      // 0: learned positions

    bool operator==(const StackShape&) const = default;
};

// Keys and values that stand in the virtual rows of a sequence in place of those rows' own,
// [count, kvHeads · headDim], and where their gradients' sums begin, one behind the other.
struct GivenKeys
{
    at::Tensor keys; // as they are trained; undefined: none
    at::Tensor values;
    at::Tensor keyRows; // the same in float32, each row's numbers side by side
    at::Tensor valueRows;
    int64_t sums = 0;
};

// What stands behind a sub-layer, and where a thread sums its gradients.
struct SitePlan
{
    const PackedBottleneck* module = nullptr; // null: nothing
    int64_t sums = 0;
};

struct NormPlan
{
    kernels::RowNorm numbers;
    TrainedVector weight, bias;

    bool isTrained() const { return weight.isThere() || bias.isThere(); }
};

struct BlockPlan
{
    std::array<NormPlan, 2> norms;
    NormPlan queryNorm, keyNorm;         // over each head; of a shape that has them
    std::array<NormPlan, 2> outputNorms; // likewise
    int64_t window = 0;                  // keys that a query sees
    const float* cos = nullptr;          // of a rotary shape
    const float* sin = nullptr;
    GivenKeys given;
    std::array<ProductPlan, kProducts> products;
    std::array<SitePlan, 2> sites; // by Site

    bool hasTrainedWeights() const
    {
        return std::any_of(products.begin(), products.end(), [](const ProductPlan& product) {
            return !product.weights.empty();
        });
    }
};

struct StackPlan
{
    StackShape shape;
    std::vector<BlockPlan> blocks;
    kernels::Sequences sequences;
    int64_t tokens = 0;
    const int64_t* positions = nullptr;
    std::vector<int64_t> virtualRows; // ascending, virtualCount of every sequence
    int64_t virtualCount = 0;
    bool isTracked = false;                // a backward follows
    bool isUnpacked = false;               // blocks are unpacked one after the other
    bool needsInput = false;               // of the first block's input
    Recompute recompute = Recompute::None; // what the backward makes again; None untracked
    int64_t sums = 0;                      // floats of a thread's gradient sums
    int64_t lowRankStride = 0;             // the widest of the products'
    int64_t droppedWidth = 0;              // the widest input with dropout; 0: none
    int64_t droppedUpdates = 0;            // the most updates of such a product
    int64_t scaledRank = 0;                // the largest of scaled updates
    int64_t scaledRows = 0;                // the most of one
    int64_t gainFeatures = 0;  // the most of a product whose outputs have gains; 0: none
    bool dropsLengths = false; // one of them under dropout
    int64_t factoredWidth = 0; // the widest input that has factors; 0: none

    // Whether the backward of `block` makes again what `policy` does not save. Of the last block
    // everything is still there.
    bool makesAgain(Recompute policy, std::size_t block) const
    {
        return recompute >= policy && block + 1 < blocks.size();
    }

    // Whether what a sub-layer gives is kept for what stands behind it.
    bool keepsOutput(std::size_t subLayer) const
    {
        return shape.hasOutputNorms
               || std::any_of(blocks.begin(), blocks.end(), [subLayer](const BlockPlan& block) {
                      return block.sites[subLayer].module != nullptr;
                  });
    }

    // Rows of work that stay in a core's cache.
    int64_t blockRows() const
    {
        constexpr int64_t kCacheElements = int64_t{512} << 10;
        return std::clamp<int64_t>(kCacheElements / (shape.expandFeatures + shape.hidden), 48, 256);
    }
};

} // namespace engine::nn
