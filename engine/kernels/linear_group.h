// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Frozen matrices with their low-rank updates that read the same input, as plain functions without
// autograd: what lora_linear and gated_mlp are made of. Source: Hu et al. 2021, section 4.1.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace engine::kernels {

using at::Tensor;

struct QuantizedWeight;

// The output rows an update writes: offset + g · stride + [0, chunk) for g in [0, groups). A plain
// slice has groups = 1; an interleaved query-key-value matrix has one group per head.
struct RowSlice
{
    int64_t offset = 0;
    int64_t chunk = 0;
    int64_t stride = 0;
    int64_t groups = 1;

    int64_t rows() const { return groups * chunk; }
    // Of the whole, that number `index` of the slice is.
    int64_t row(int64_t index) const { return offset + index / chunk * stride + index % chunk; }
    static RowSlice plain(int64_t offset, int64_t rows) { return {offset, rows, rows, 1}; }
};

// scale · (dropout(x) aᵀ) bᵀ on the rows of a slice. a and b are masters (float32), cast to x's
// type for the products. Scales make it scale · outer ⊙ ((inner ⊙ (dropout(x) aᵀ)) bᵀ): two vectors
// to train around factors that layers share (Kopiczko et al. 2024).
struct LowRank
{
    Tensor a; // [rank, in]
    Tensor b; // [rows.rows(), rank]
    double scale = 1;
    RowSlice rows;
    double dropout = 0;     // applied whenever it is above 0: pass 0 outside training
    uint64_t seed = 0;      // of the mask (dropout.h); one per update
    Tensor placedSeed = {}; // where a device reads the seed from instead: int64 [1] there
    Tensor innerScale = {}; // [rank], or undefined: 1
    Tensor outerScale = {}; // [rows.rows()], or undefined: 1

    bool hasScales() const { return innerScale.defined() || outerScale.defined(); }
};

// The same update with its scales multiplied into a and b.
LowRank withoutScales(const LowRank& update);

struct FrozenMatrix
{
    Tensor weight;    // [out, in]; may be a transposed view (Conv1D); undefined with `quantized`
    Tensor bias = {}; // [out], or undefined
    std::vector<LowRank> updates = {};
    // The weight as it is kept: made dense for the time of a product, forward and backward, on the
    // processor a part at a time where it is large. Never has a gradient.
    std::shared_ptr<const QuantizedWeight> quantized = {};
};

// The weight's rows.
int64_t outputsOf(const FrozenMatrix& matrix);

// W in `type`: a new tensor where it is quantised.
Tensor denseWeight(const FrozenMatrix& matrix, at::ScalarType type);

// The tensors of a group in a fixed order: for each matrix weight unless it is quantised, bias if
// it has one, then a, b and the scales it has of each update.
std::vector<Tensor> groupParameters(const std::vector<FrozenMatrix>& group);

// The same group holding other tensors, in the order of groupParameters().
std::vector<FrozenMatrix> withParameters(const std::vector<FrozenMatrix>& group,
                                         at::ArrayRef<Tensor> parameters);

struct GroupForward
{
    std::vector<Tensor> outputs; // one per matrix, [tokens, out]
    // What groupBackward() takes: one per update of the group, dropout(x) aᵀ, [tokens, rank]. A
    // device's have their scale, and behind them stands what else it keeps.
    std::vector<Tensor> lowRanks;
};

// x [tokens, in] is read once for all updates without dropout: their a are stacked into one
// product.
GroupForward groupForward(const Tensor& x, const std::vector<FrozenMatrix>& group);

struct GroupGradients
{
    Tensor x;
    std::vector<Tensor> parameters; // in the order of groupParameters(), in each parameter's type
};

// Gradients of groupForward: with G the outputs' gradients (an undefined one is zero) and M the
// dropout mask, db = s Gᵀ lowRank, da = s (G b)ᵀ (M ⊙ x), dx = Σ G W + s M ⊙ ((G b) a). What is not
// needed stays undefined and costs nothing. Of an update with scales, factors and their gradients
// are made for the moment of the call.
GroupGradients groupBackward(const Tensor& x,
                             const std::vector<FrozenMatrix>& group,
                             const std::vector<Tensor>& lowRanks,
                             const std::vector<Tensor>& outputGradients,
                             bool needsX,
                             const std::vector<bool>& needsParameters);

} // namespace engine::kernels
