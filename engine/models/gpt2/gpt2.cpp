// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/gpt2/gpt2.h"

#include "engine/contract/text.h"
#include "engine/models/activation_names.h"
#include "engine/models/unsupported_fields.h"

#include <cmath>

namespace engine::models::gpt2 {

namespace {

using nn::ModuleKind;
using nn::ModuleSpec;

// Of a block's scores; 0: 1 / √headDim.
double scoreScale(const ModelConfig& config, int64_t headDim, int64_t layer)
{
    const bool byWidth = config.flag("scale_attn_weights", true);
    const bool byLayer = config.flag("scale_attn_by_inverse_layer_idx", false);
    if (byWidth && !byLayer) {
        return 0;
    }
    const double scale = byWidth ? 1 / std::sqrt(static_cast<double>(headDim)) : 1.0;
    return byLayer ? scale / static_cast<double>(layer + 1) : scale;
}

// GPT-2's own name of a field, or the name that other families give it (transformers' attribute
// map).
std::string_view spelled(const ModelConfig& config, std::string_view own, std::string_view common)
{
    return config.value()[own].isNull() && !config.value()[common].isNull() ? common : own;
}

int64_t headsOf(const ModelConfig& config)
{
    return config.size(spelled(config, "n_head", "num_attention_heads"), 12);
}

nn::Blueprint blueprint(const ModelConfig& config)
{
    refuseUnsupportedFields(config);
    activationOf(config, "activation_function", "gelu_new");
    const int64_t hidden = config.size(spelled(config, "n_embd", "hidden_size"), 768);
    const int64_t intermediate = config.size("n_inner", 4 * hidden);
    if (hidden % headsOf(config) != 0) {
        config.refuse("n_head", "must divide n_embd");
    }
    if (config.flag("add_cross_attention", false)) {
        config.unsupported("add_cross_attention", "is not supported");
    }

    nn::Blueprint plan;
    plan.family = "gpt2";
    plan.tiedHead = config.flag("tie_word_embeddings", true);
    plan.vocabulary = config.size("vocab_size", 50257);
    plan.context = config.size(spelled(config, "n_positions", "max_position_embeddings"), 1024);
    plan.hiddenSize = hidden;
    plan.layers = config.layers(spelled(config, "n_layer", "num_hidden_layers"), 12);
    plan.modules.push_back({"transformer.wte", ModuleKind::Embedding, plan.vocabulary, hidden});
    plan.modules.back().tokenEmbedding = true;
    plan.modules.push_back({"transformer.wpe", ModuleKind::Embedding, plan.context, hidden});
    for (int64_t layer = 0; layer < plan.layers; ++layer) {
        const std::string block = "transformer.h." + std::to_string(layer) + ".";
        const auto norm = [&](const char* name) {
            plan.modules.push_back({block + name, ModuleKind::Norm, hidden, 0, true, layer});
        };
        const auto conv = [&](const char* name, const char* shortName, int64_t out, int64_t in) {
            plan.modules.push_back(
                {block + name, ModuleKind::Conv1d, out, in, true, layer, shortName});
        };
        norm("ln_1");
        conv("attn.c_attn", "", 3 * hidden, hidden);
        plan.modules.back().slices = {{"q", kernels::RowSlice::plain(0, hidden)},
                                      {"k", kernels::RowSlice::plain(hidden, hidden)},
                                      {"v", kernels::RowSlice::plain(2 * hidden, hidden)}};
        conv("attn.c_proj", "o", hidden, hidden);
        norm("ln_2");
        conv("mlp.c_fc", "fc_in", intermediate, hidden);
        conv("mlp.c_proj", "fc_out", hidden, intermediate);
    }
    plan.modules.push_back({"transformer.ln_f", ModuleKind::Norm, hidden, 0, true});
    ModuleSpec head{"lm_head", ModuleKind::Linear, plan.vocabulary, hidden};
    head.outputHead = true;
    plan.modules.push_back(head);
    return plan;
}

nn::Decoder::Parts assemble(const ModelConfig& config, const PartsBuilder& builder)
{
    const double epsilon = config.number("layer_norm_epsilon", 1e-5);
    const kernels::Activation activation = activationOf(config, "activation_function", "gelu_new");
    const int64_t heads = headsOf(config);
    nn::Decoder::Parts parts;
    parts.blueprint = builder.blueprint();
    parts.tokenEmbedding = builder.tokenEmbedding("transformer.wte");
    parts.positionEmbedding = builder.positionEmbedding("transformer.wpe");
    const nn::AttentionShape shape{heads, heads, parts.blueprint.hiddenSize / heads};
    for (int64_t layer = 0; layer < parts.blueprint.layers; ++layer) {
        const std::string block = "transformer.h." + std::to_string(layer) + ".";
        std::vector<std::unique_ptr<nn::Linear>> inputs;
        inputs.push_back(builder.linear(block + "attn.c_attn"));
        nn::AttentionForm form;
        form.scale = scoreScale(config, shape.headDim, layer);
        parts.blocks.emplace_back(
            builder.norm(block + "ln_1", nn::NormKind::Layer, epsilon),
            nn::Attention(
                shape, std::move(inputs), builder.linear(block + "attn.c_proj"), std::move(form)),
            builder.norm(block + "ln_2", nn::NormKind::Layer, epsilon),
            nn::Mlp(nullptr,
                    builder.linear(block + "mlp.c_fc"),
                    builder.linear(block + "mlp.c_proj"),
                    activation));
    }
    parts.finalNorm =
        std::make_unique<nn::Norm>(builder.norm("transformer.ln_f", nn::NormKind::Layer, epsilon));
    parts.head = builder.head("lm_head", parts.tokenEmbedding);
    return parts;
}

// Causal masks that old files store as buffers.
constexpr std::string_view kIgnored[] = {".attn.bias", ".attn.masked_bias"};

} // namespace

const Family kGpt2 = {
    "gpt2",
    "GPT-2",
    LS_TEXT("GPT-2 in its four sizes and models of the same shape"),
    "transformer.",
    kIgnored,
    blueprint,
    assemble,
};

} // namespace engine::models::gpt2
