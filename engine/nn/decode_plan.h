// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A decoder as decoding reads it: packed weights, small parameters as float32 rows, adapters by the
// pointers of their factors. Made when a session begins, because adapters come and go and masks
// train between two of them; the packed weights outlive it. Quantised weights stay so and are
// unpacked a tile at a time, for every token. Compute thread only.
#pragma once

#include "engine/kernels/decode_kernels.h"
#include "engine/kernels/profile.h"
#include "engine/nn/decoder.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace engine::nn {

// Zero beyond the parameter's own length, up to whole panels.
using FloatRow = std::vector<float>;

// scale · B A on rows of a group's stacked output. The tensors keep the factors alive.
struct PlannedUpdate
{
    at::Tensor a; // float32 [rank, depth], contiguous
    at::Tensor b; // float32 [rows, rank], contiguous
    float scale = 1;
    kernels::RowSlice rows; // of the stacked output
    int64_t innerOffset = 0;

    int64_t rank() const { return a.size(0); }
};

// Linear layers that read the same input, their outputs stacked from panel to panel.
struct PlannedGroup
{
    const kernels::PackedMatrix* shared = nullptr; // of frozen layers: the model's
    kernels::PackedMatrix own;                     // of layers in training: packed as they are now
    const PackedGroup* quantized = nullptr;        // of quantised layers, instead of both
    int64_t features = 0;                          // of the stacked outputs, in whole panels
    std::vector<int64_t> offsets;                  // first feature of each layer
    FloatRow bias;                                 // [features], or empty
    FloatRow gains;                                // the same: y = gains ⊙ (W x + updates) + bias
    std::vector<PlannedUpdate> updates;
    int64_t ranks = 0;                        // of all updates
    int64_t width = 0;                        // of the input
    kernels::Part part = kernels::Part::Head; // what a profile calls its product

    // Not of quantised layers.
    const kernels::PackedMatrix& matrix() const { return shared != nullptr ? *shared : own; }
    int64_t panels() const { return features / kernels::kPanelFeatures; }
    std::size_t bytes() const // read for one token
    {
        return quantized != nullptr ? quantized->quantizedBytes() : matrix().bytes();
    }
};

struct PlannedNorm
{
    NormKind kind = NormKind::Rms;
    double epsilon = 0;
    FloatRow weight;
    FloatRow bias;
};

// A bottleneck at a site (nn/adapter.h): y += up · activation(down · x + downBias) + upBias.
struct PlannedSite
{
    bool readsStream = false; // x is y + residual, else y
    std::optional<PlannedNorm> norm;
    at::Tensor down; // float32 [inner, hidden], contiguous
    at::Tensor up;   // float32 [hidden, inner], contiguous
    FloatRow downBias;
    FloatRow upBias; // times the scale
    float scale = 1; // of the inner row
    kernels::Activation activation = kernels::Activation::Silu;

    int64_t inner() const { return down.size(0); }
};

// How a sub-layer's output joins the stream: normed, then through the modules at its site.
struct PlannedSum
{
    std::optional<PlannedNorm> norm;
    std::vector<PlannedSite> sites;

    bool isPlain() const { return !norm && sites.empty(); }
};

struct PlannedBlock
{
    PlannedNorm attentionNorm;
    PlannedGroup attentionInput;
    int64_t queryOffset = 0; // of q, k, v in the input's output
    int64_t keyOffset = 0;
    int64_t valueOffset = 0;
    int64_t headStride = 0;               // from one head to the next there
    bool isParallel = false;              // the MLP reads the block's input
    std::optional<PlannedNorm> queryNorm; // over each head, before the rotation
    std::optional<PlannedNorm> keyNorm;
    const kernels::RotaryTable* rotary = nullptr;
    int64_t window = 0; // keys that a query sees
    PlannedGroup attentionOutput;
    PlannedSum attentionSum;
    PlannedNorm mlpNorm;
    PlannedGroup mlpInput; // gate and up, in one layer or two, or up alone
    bool isGated = false;
    kernels::Activation activation = kernels::Activation::Silu;
    FloatRow innerFactors; // of what mlpOutput reads, or empty
    PlannedGroup mlpOutput;
    PlannedSum mlpSum;
};

// In float32 and contiguous; undefined where it is.
at::Tensor floatsOf(const at::Tensor& tensor);

struct DecodePlan
{
    kernels::PackedType type = kernels::PackedType::Float32;
    AttentionShape attention;
    float scoreScale = 1;
    float scoreCap = 0; // cap · tanh(score / cap); 0: none
    float logitCap = 0;
    std::vector<PlannedBlock> blocks;
    PlannedNorm finalNorm;
    PlannedGroup head;

    std::size_t weightBytes() const; // read for one token
    int64_t mostInner() const;       // ranks of one group, inner features of one site
    bool addsApart() const;          // whether some output changes before it joins the stream
};

// Whether the decoder is of the standard form for a sequence of up to `capacity` tokens: blocks as
// block_stack.h runs them, of modules at its sites bottlenecks, of adapters of linear layers those
// that are low-rank or set lengths (packableUpdate), weights of a known type and a processor with
// packed kernels.
bool isPlannable(const Decoder& decoder, int64_t capacity);
inline bool isPlannable(const Decoder& decoder)
{
    return isPlannable(decoder, decoder.textContext());
}

// Requires isPlannable(). The decoder must outlive the plan, unchanged.
DecodePlan planOf(const Decoder& decoder, int64_t capacity);

} // namespace engine::nn
