// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The layout that Llama began and most families keep: RMS norms, rotary positions, grouped queries,
// a gated MLP, under the names model.embed_tokens, model.layers.N.{input_layernorm, self_attn,
// post_attention_layernorm, mlp}, model.norm, lm_head. A family reads its config into one of these
// and says what it does otherwise.
#pragma once

#include "engine/models/family.h"
#include "engine/models/rope.h"
#include "engine/nn/decoder.h"

#include <string>
#include <vector>

namespace engine::models {

struct DecoderLayout
{
    std::string family;
    int64_t hidden = 0;
    int64_t intermediate = 0;
    int64_t layers = 0;
    int64_t vocabulary = 0;
    nn::AttentionShape attention;
    double epsilon = 1e-6;
    kernels::Activation activation = kernels::Activation::Silu;
    bool isTied = false;

    bool hasInputBias = false;  // of q, k and v
    bool hasOutputBias = false; // of o
    bool hasMlpBias = false;
    bool isFused = false;        // qkv_proj and gate_up_proj in place of five
    bool hasHeadNorms = false;   // q_norm and k_norm
    bool hasOutputNorms = false; // pre_ and post_feedforward_layernorm
    nn::NormKind norm = nn::NormKind::Rms;

    double embeddingScale = 1;
    double scoreScale = 0; // 0: 1 / √headDim
    double scoreCap = 0;
    double logitCap = 0;
    std::vector<int64_t> windows = {};    // of every block; 0: none. Empty: none has one
    std::vector<Rope> ropes = {};         // at least one
    std::vector<std::size_t> ropeOf = {}; // of every block; empty: the first

    int64_t context() const; // that every rope allows
};

// What families leave to config.json with different defaults. Source: transformers,
// models/<family>/configuration_<family>.py.
struct LayoutDefaults
{
    int64_t vocabulary = 32000;
    int64_t hidden = 4096;
    int64_t intermediate = 11008;
    int64_t layers = 32;
    int64_t heads = 32;
    int64_t context = 2048; // max_position_embeddings
    int64_t kvHeads = 0;    // num_key_value_heads when absent; 0, or null in the file: all heads
    int64_t headDim = 0;    // head_dim when absent; 0: hidden_size / heads
    double epsilon = 1e-6;  // rms_norm_eps
    bool isTied = false;    // tie_word_embeddings
    std::string_view activationKey = "hidden_act";
    std::string_view activation = "silu";
};

// Sizes, norms, activation and tying; no rope yet. Refuses what no family here computes (mixtures
// of experts, quantised weights, …), naming the field.
DecoderLayout
layoutOf(const ModelConfig& config, std::string_view family, const LayoutDefaults& defaults);

int64_t contextOf(const ModelConfig& config, const LayoutDefaults& defaults);

// One rope for all blocks.
void addRope(DecoderLayout& layout,
             const ModelConfig& config,
             int64_t context,
             const RopeFamily& family = {});

// `layer_types` where the file has it ("full_attention", "sliding_attention"), else what
// isSliding(layer) says: whether each block has a window.
std::vector<bool> slidingLayers(const ModelConfig& config,
                                int64_t layers,
                                const std::function<bool(int64_t layer)>& isSliding);

// Sets layout.windows to `sliding_window` (a null one is no window) for those blocks.
void addWindows(DecoderLayout& layout,
                const ModelConfig& config,
                const std::vector<bool>& isSliding,
                int64_t fallback);

// Qwen's rule: where `use_sliding_window` is on, blocks from `max_window_layers` on have a window.
void addUpperWindows(DecoderLayout& layout, const ModelConfig& config);

// `query_pre_attn_scalar` as the scale of scores.
double scoreScaleOf(const ModelConfig& config, double fallback);

// A soft cap: above 0, or 0 where the file says null.
double softCapOf(const ModelConfig& config, std::string_view key, double fallback);

nn::Blueprint blueprintOf(const DecoderLayout& layout);
nn::Decoder::Parts assemble(const DecoderLayout& layout, const PartsBuilder& builder);

// Frequencies that old files store as buffers.
inline constexpr std::string_view kLayoutIgnored[] = {"rotary_emb.inv_freq"};

// The family whose configs Read turns into a layout.
template <DecoderLayout (*Read)(const ModelConfig& config)>
constexpr Family layoutFamily(std::string_view id, std::string_view name, std::string_view summary)
{
    return {id,
            name,
            summary,
            "model.",
            kLayoutIgnored,
            [](const ModelConfig& config) { return blueprintOf(Read(config)); },
            [](const ModelConfig& config, const PartsBuilder& builder) {
                return assemble(Read(config), builder);
            }};
}

} // namespace engine::models
