// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The seams through which tuning methods change a model without the model knowing them: updates of
// linear layers, modules at block sites, and virtual tokens. (The fourth seam, trainable masks, is
// Decoder::parameters().) Compute thread only. The model keeps plain pointers; the tuning that
// attached them owns them and outlives the pass.
#pragma once

#include "engine/kernels/activation_kind.h"
#include "engine/kernels/lora_linear.h"
#include "engine/nn/pass.h"

#include <array>
#include <optional>
#include <utility>

namespace engine::nn {

// A low-rank update that also sets the lengths of the rows it writes: with n the row norms of
// W + scale · B A, which count as constants in gradients, and x̃ = dropout(x) the layer's output is
// (x − x̃) Wᵀ + m / n ⊙ x̃ (W + scale · B A)ᵀ + b. Source: Liu et al. 2024 (DoRA), section 4.
struct LengthUpdate
{
    kernels::LowRank update; // without scales
    at::Tensor magnitude;    // m, float32 [rows]
    at::Tensor squares;      // ‖W‖² of the rows, float64 [rows]
};

// Trained factors of a layer's outputs, behind its bias and the updates before this, or of what the
// layer reads. Source: Liu et al. 2022 (IA³), section 3.3.
struct ScaleUpdate
{
    at::Tensor factors;     // of these outputs, or of all inputs, in any shape
    kernels::RowSlice rows; // of outputs
    bool isOfInputs = false;
};

// An update of one frozen linear layer.
class Adapter
{
public:
    virtual ~Adapter() = default;

    // The update as low-rank factors when it is just that: then it is fused into the frozen
    // product.
    virtual std::optional<kernels::LowRank> lowRank(const Pass&) const { return std::nullopt; }

    // The update when it is one of lengths and no other adapter writes the same rows: packed blocks
    // know it, everyone else calls forward().
    virtual std::optional<LengthUpdate> lengthUpdate(const Pass&) const { return std::nullopt; }
    // Its m / n at present, float32 [rows].
    virtual at::Tensor gain() const { return {}; }

    // The update when it is one of factors: likewise.
    virtual std::optional<ScaleUpdate> scale(const Pass&) const { return std::nullopt; }

    // What the layer reads in place of x [tokens, in]; x itself where the update leaves inputs
    // alone.
    virtual at::Tensor input(const at::Tensor& x, const Pass&) const { return x; }

    // Any other update: the layer's output from x [tokens, in] and the result so far [tokens, out].
    virtual at::Tensor forward(const at::Tensor& x, const at::Tensor& base, const Pass&) const = 0;
};

// Either kind of low-rank update; one that sets no lengths has no magnitude.
inline std::optional<LengthUpdate> packableUpdate(const Adapter& adapter, const Pass& pass)
{
    if (std::optional<kernels::LowRank> update = adapter.lowRank(pass)) {
        return LengthUpdate{std::move(*update), {}, {}};
    }
    return adapter.lengthUpdate(pass);
}

enum class Site { AttentionOutput, MlpOutput };

// output + scale · up(activation(down(dropout(x)))): a module at a site as packed blocks and
// decoding know it.
struct BottleneckForm
{
    bool readsStream = false; // x is output + residual, else the output alone
    at::Tensor normWeight;    // of a LayerNorm over x, [hidden]; undefined without
    at::Tensor normBias;
    double normEpsilon = 0;
    at::Tensor down; // [inner, hidden]
    at::Tensor downBias;
    at::Tensor up; // [hidden, inner]
    at::Tensor upBias;
    kernels::Activation activation = kernels::Activation::Relu;
    double scale = 1;
    double dropout = 0;
    uint64_t seed = 0; // of its mask

    std::array<at::Tensor, 6> tensors() const
    {
        return {normWeight, normBias, down, downBias, up, upBias};
    }
};

// A module after a sub-layer and before its residual sum: where bottleneck adapters sit.
class SiteModule
{
public:
    virtual ~SiteModule() = default;

    //   output    [tokens, hidden], the sub-layer's output
    //   residual  [tokens, hidden], what it will be added to
    // Returns what takes the place of `output`.
    virtual at::Tensor
    forward(const at::Tensor& output, const at::Tensor& residual, const Pass&) const = 0;

    // The same when it is just that: then it is done row by row, between the products around it.
    virtual std::optional<BottleneckForm> bottleneck(const Pass&) const { return std::nullopt; }
};

// Tokens that stand in every sequence without being text: a prefix before its first token and an
// infix where its prompt ends (Pass::prompts). Undefined tensors mean "not this kind".
class VirtualTokens
{
public:
    virtual ~VirtualTokens() = default;

    // Positions that they take in a sequence.
    virtual int64_t count() const = 0;
    // How many of them are the infix: the last ones, in every tensor of rows.
    virtual int64_t infixCount() const { return 0; }
    // [count, hidden]: rows put among each sequence's embeddings (prompt tuning,
    // prefix-embedding); zeros where undefined.
    virtual at::Tensor embeddings() const { return {}; }
    // [count, hidden]: replaces those rows after block `layer` (prefix-layer).
    virtual at::Tensor stateAfterBlock(int64_t /*layer*/) const { return {}; }
    // [count, kvHeads, headDim] each: keys and values of those rows in block `layer`, whose own
    // they take the place of (prefix tuning).
    virtual std::pair<at::Tensor, at::Tensor> prefix(int64_t /*layer*/) const { return {}; }
};

} // namespace engine::nn
