// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a model consists of, before any weight is read: its modules by the names transformers gives
// them, their shapes and the named parts of fused weights. Made by a family from config.json; used
// to check files, match targets, count.
#pragma once

#include "engine/kernels/lora_linear.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine::nn {

enum class ModuleKind {
    Linear,    // weight stored [out, in]
    Conv1d,    // GPT-2's transposed linear: weight stored [in, out]
    Embedding, // weight stored [out, in] = [rows, width]
    Norm,      // weight [out]
};

// A named part of a fused weight: output rows of q inside c_attn.
struct SliceSpec
{
    std::string shortName;
    kernels::RowSlice rows;
};

struct ModuleSpec
{
    std::string name; // "model.layers.0.self_attn.q_proj"
    ModuleKind kind = ModuleKind::Linear;
    int64_t out = 0;
    int64_t in = 0; // 0 for norms
    bool bias = false;
    int64_t layer = -1; // block index; -1 outside the blocks
    // Family-independent name (q k v o gate up down fc_in fc_out); empty when the weight is fused
    // or has none.
    std::string shortName = {};
    std::vector<SliceSpec> slices = {};
    bool outputHead = false;
    bool isOffset = false; // a norm that multiplies by 1 + weight
    bool tokenEmbedding = false;

    bool isLinear() const { return kind == ModuleKind::Linear || kind == ModuleKind::Conv1d; }
    // What a quantised base keeps packed: the linear modules of the blocks, as bitsandbytes in
    // transformers does.
    bool isQuantizable() const { return isLinear() && layer >= 0 && !outputHead; }
    // What it keeps packed beside them where embeddings are quantised, too. Never positions, norms,
    // biases.
    bool holdsVocabulary() const { return tokenEmbedding || outputHead; }
    std::vector<int64_t> storedShape() const;
    int64_t parameters() const;
    std::string weightName() const { return name + ".weight"; }
    std::string biasName() const { return name + ".bias"; }
};

struct Blueprint
{
    std::string family;
    std::vector<ModuleSpec> modules; // in the order of the forward pass
    bool isParallel = false;         // a block's MLP reads what its attention reads
    bool tiedHead = false;           // the output head shares the token embedding's weight
    int64_t vocabulary = 0;
    int64_t context = 0; // longest input, in tokens
    int64_t hiddenSize = 0;
    int64_t layers = 0;

    // Each stored parameter once: a tied head adds nothing.
    int64_t parameters() const;
    const ModuleSpec* find(std::string_view name) const;
};

std::string_view nameOf(ModuleKind kind);

} // namespace engine::nn
