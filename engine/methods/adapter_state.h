// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a trained adapter is, independent of the method's run-time objects and of any file format.
#pragma once

#include "engine/contract/value.h"
#include "engine/methods/row_norms.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace engine::methods {

// alpha / rank, or with rank stabilisation alpha / √rank.
double lowRankScale(double alpha, int64_t rank, bool usesRslora);

// ΔW = scale · B A on the output rows `rows` of a module, (B A)ᵀ on an embedding [rows, width].
// With a magnitude (DoRA) the rows of W + ΔW are then brought to these lengths: W' = diag(m / n) (W
// + ΔW), n their norms before; of an embedding its columns. Sources: Hu et al. 2021, section 4.1;
// Liu et al. 2024, section 4.
struct LowRankFactors
{
    std::string module;
    std::string slice; // short name of the rows ("q" in c_attn); empty for the whole module
    kernels::RowSlice rows;
    at::Tensor a;         // float32 [rank, in]; of an embedding [rank, rows of the embedding]
    at::Tensor b;         // float32 [rows, rank]; of an embedding [width, rank]
    at::Tensor bias = {}; // float32 [rows] times the scale is added to the output; may be undefined
    at::Tensor magnitude = {}; // float32 [rows of b], or undefined
    // Of a slice with a magnitude, float32 [out]: the norms of all rows of the base's module, among
    // them those that no slice trains.
    at::Tensor moduleMagnitude = {};
    bool isEmbedding = false;
    double alpha = 0;
    bool usesRslora = false;

    int64_t rank() const { return a.size(0); }
    double scale() const; // alpha / rank, or alpha / √rank
    // With the first `rank` rows of A and columns of B, at most all; alpha stays.
    LowRankFactors atRank(int64_t rank) const;
    int64_t parameters() const;
    // ΔW, float32 [rows, in]; of an embedding [rows of the embedding, width].
    at::Tensor delta() const;
    // A and B on that device, their scale times `weight`.
    kernels::LowRank update(at::Device device, double weight) const;
    // The lengths of the rows of W + weight · ΔW, of an embedding of its columns, by which a
    // magnitude is divided.
    RowNorms norms(double weight) const { return {rows, {update(a.device(), weight)}}; }
};

// The outputs `rows` of a module, or all its inputs, times a vector: its weight and bias with those
// rows scaled, or its weight with its columns. Source: Liu et al. 2022, section 3.3.
struct ModuleScale
{
    std::string module;
    std::string slice;      // short name of the rows; empty for the whole module
    kernels::RowSlice rows; // the whole module's where the inputs are scaled
    at::Tensor factors;     // float32 [rows], or [in]
    bool isOfInputs = false;

    // A weight [out, in] or bias [out] scaled, in float32; half of the way with strength 0.5.
    at::Tensor scaled(const at::Tensor& parameter, double strength) const;
};

// A whole parameter that training replaced: a bias or a module to save. Linear weights are [out,
// in].
struct ReplacedParameter
{
    std::string name; // "transformer.ln_f.bias"
    at::Tensor value; // float32
};

struct AdapterState
{
    std::string method;
    contract::Value settings; // of methods but LoRA, complete: what their tensors mean
    std::vector<LowRankFactors> factors;
    std::vector<ReplacedParameter> replaced;
    std::vector<ReplacedParameter> own; // tensors that the method adds, by their names in its plan
    std::vector<ReplacedParameter> frozen; // tensors of its own that nothing trains
    std::vector<ModuleScale> scales;
    contract::Value record = {}; // what it found out in training, beside its settings
    // Factors and scales were made from `own`, which is what files hold and what counts.
    bool isDerived = false;
    bool isHeadTied = false; // a replaced embedding stands for a tied head as well
    double dropout = 0;
    std::string bias = "none";              // none, all, lora_only
    std::vector<std::string> modulesToSave; // module names
    std::vector<AdapterState> with = {};    // of the methods trained together with this one

    int64_t parameters() const; // with theirs
};

} // namespace engine::methods
