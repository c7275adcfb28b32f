// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/gpt_neox/gpt_neox.h"

#include "engine/contract/text.h"
#include "engine/models/activation_names.h"
#include "engine/models/rope.h"
#include "engine/models/unsupported_fields.h"

namespace engine::models::gpt_neox {

namespace {

using kernels::RowSlice;
using nn::ModuleKind;
using nn::ModuleSpec;

struct Sizes
{
    int64_t hidden, intermediate, layers;
    nn::AttentionShape attention;
    Rope rope;
};

Sizes sizesOf(const ModelConfig& config)
{
    refuseUnsupportedFields(config);
    activationOf(config, "hidden_act", "gelu");
    Sizes sizes;
    sizes.hidden = config.size("hidden_size", 6144);
    sizes.intermediate = config.size("intermediate_size", 24576);
    sizes.layers = config.layers("num_hidden_layers", 44);
    sizes.attention.heads = config.size("num_attention_heads", 64);
    sizes.attention.kvHeads = sizes.attention.heads;
    sizes.attention.headDim = sizes.hidden / sizes.attention.heads;
    if (sizes.hidden % sizes.attention.heads != 0) {
        config.refuse("num_attention_heads", "must divide hidden_size");
    }
    RopeFamily family;
    family.thetaKey = "rotary_emb_base";
    family.partialKey = "rotary_pct";
    family.partial = 0.25;
    family.isPartial = true;
    sizes.rope = ropeOf(config,
                        ropeObjectOf(config),
                        sizes.attention.headDim,
                        std::min(config.size("max_position_embeddings", 2048), kLongestContext),
                        family);
    return sizes;
}

std::string blockName(int64_t layer)
{
    return "gpt_neox.layers." + std::to_string(layer) + ".";
}

nn::Blueprint blueprint(const ModelConfig& config)
{
    const Sizes sizes = sizesOf(config);
    const bool attentionBias = config.flag("attention_bias", true);
    const int64_t hidden = sizes.hidden;
    nn::Blueprint plan;
    plan.family = "gpt_neox";
    plan.isParallel = config.flag("use_parallel_residual", true);
    plan.tiedHead = config.flag("tie_word_embeddings", false);
    plan.vocabulary = config.size("vocab_size", 50432);
    plan.context = sizes.rope.context;
    plan.hiddenSize = hidden;
    plan.layers = sizes.layers;
    plan.modules.push_back({"gpt_neox.embed_in", ModuleKind::Embedding, plan.vocabulary, hidden});
    plan.modules.back().tokenEmbedding = true;
    for (int64_t layer = 0; layer < plan.layers; ++layer) {
        const std::string block = blockName(layer);
        const auto norm = [&](const char* name) {
            plan.modules.push_back({block + name, ModuleKind::Norm, hidden, 0, true, layer});
        };
        const auto linear =
            [&](const char* name, const char* shortName, int64_t out, int64_t in, bool bias) {
                plan.modules.push_back(
                    {block + name, ModuleKind::Linear, out, in, bias, layer, shortName});
            };
        norm("input_layernorm");
        linear("attention.query_key_value", "", 3 * hidden, hidden, attentionBias);
        const int64_t width = sizes.attention.headDim;
        const auto part = [&](int64_t index) {
            return RowSlice{index * width, width, 3 * width, sizes.attention.heads};
        };
        plan.modules.back().slices = {{"q", part(0)}, {"k", part(1)}, {"v", part(2)}};
        linear("attention.dense", "o", hidden, hidden, attentionBias);
        norm("post_attention_layernorm");
        linear("mlp.dense_h_to_4h", "fc_in", sizes.intermediate, hidden, true);
        linear("mlp.dense_4h_to_h", "fc_out", hidden, sizes.intermediate, true);
    }
    plan.modules.push_back({"gpt_neox.final_layer_norm", ModuleKind::Norm, hidden, 0, true});
    ModuleSpec head{"embed_out", ModuleKind::Linear, plan.vocabulary, hidden};
    head.outputHead = true;
    plan.modules.push_back(std::move(head));
    return plan;
}

nn::Decoder::Parts assemble(const ModelConfig& config, const PartsBuilder& builder)
{
    const Sizes sizes = sizesOf(config);
    const double epsilon = config.number("layer_norm_eps", 1e-5);
    const kernels::Activation activation = activationOf(config, "hidden_act", "gelu");
    nn::Decoder::Parts parts;
    parts.blueprint = builder.blueprint();
    parts.tokenEmbedding = builder.tokenEmbedding("gpt_neox.embed_in");
    parts.rotaries.push_back(sizes.rope.rotary());
    for (int64_t layer = 0; layer < sizes.layers; ++layer) {
        const std::string block = blockName(layer);
        nn::AttentionForm form;
        form.rotary = parts.rotaries.front().get();
        form.order = nn::FusedOrder::ByHead;
        std::vector<std::unique_ptr<nn::Linear>> inputs;
        inputs.push_back(builder.linear(block + "attention.query_key_value"));
        parts.blocks.emplace_back(
            builder.norm(block + "input_layernorm", nn::NormKind::Layer, epsilon),
            nn::Attention(sizes.attention,
                          std::move(inputs),
                          builder.linear(block + "attention.dense"),
                          std::move(form)),
            builder.norm(block + "post_attention_layernorm", nn::NormKind::Layer, epsilon),
            nn::Mlp(nullptr,
                    builder.linear(block + "mlp.dense_h_to_4h"),
                    builder.linear(block + "mlp.dense_4h_to_h"),
                    activation),
            nn::BlockForm{parts.blueprint.isParallel, {}, {}});
    }
    parts.finalNorm = std::make_unique<nn::Norm>(
        builder.norm("gpt_neox.final_layer_norm", nn::NormKind::Layer, epsilon));
    parts.head = builder.head("embed_out", parts.tokenEmbedding);
    return parts;
}

// Causal masks and frequencies that old files store as buffers.
constexpr std::string_view kIgnored[] = {
    ".attention.bias", ".attention.masked_bias", "rotary_emb.inv_freq"};

} // namespace

const Family kGptNeox = {
    "gpt_neox",
    "GPT-NeoX",
    LS_TEXT("Pythia in all sizes, GPT-NeoX 20B and models of the same shape"),
    "gpt_neox.",
    kIgnored,
    blueprint,
    assemble,
};

} // namespace engine::models::gpt_neox
