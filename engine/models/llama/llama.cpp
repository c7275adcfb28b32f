// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/llama/llama.h"

#include "engine/contract/text.h"
#include "engine/models/activation_names.h"
#include "engine/models/rope.h"

namespace engine::models::llama {

namespace {

using nn::ModuleKind;
using nn::ModuleSpec;

struct Sizes
{
    int64_t hidden, intermediate, layers, vocabulary, context;
    nn::AttentionShape attention;
    double epsilon;
};

Sizes sizesOf(const ModelConfig& config)
{
    Sizes sizes{};
    sizes.hidden = config.size("hidden_size");
    sizes.intermediate = config.size("intermediate_size");
    sizes.layers = config.layers("num_hidden_layers");
    sizes.vocabulary = config.size("vocab_size");
    sizes.context = std::min(config.size("max_position_embeddings", 2048), kLongestContext);
    sizes.attention.heads = config.size("num_attention_heads");
    sizes.attention.kvHeads = config.size("num_key_value_heads", sizes.attention.heads);
    sizes.attention.headDim = config.size("head_dim", sizes.hidden / sizes.attention.heads);
    sizes.epsilon = config.number("rms_norm_eps", 1e-6);
    if (sizes.attention.heads % sizes.attention.kvHeads != 0) {
        config.refuse("num_key_value_heads", "must divide num_attention_heads");
    }
    if (sizes.attention.headDim == 0) {
        config.refuse("num_attention_heads", "must not be above hidden_size");
    }
    if (sizes.attention.headDim % 2 != 0) {
        config.refuse("head_dim", "must be even for rotary positions");
    }
    return sizes;
}

nn::Blueprint blueprint(const ModelConfig& config)
{
    const Sizes sizes = sizesOf(config);
    const bool attentionBias = config.flag("attention_bias", false);
    const bool mlpBias = config.flag("mlp_bias", false);
    const int64_t queryWidth = sizes.attention.heads * sizes.attention.headDim;
    const int64_t keyWidth = sizes.attention.kvHeads * sizes.attention.headDim;

    nn::Blueprint plan;
    plan.family = "llama";
    plan.tiedHead = config.flag("tie_word_embeddings", false);
    plan.vocabulary = sizes.vocabulary;
    plan.context = sizes.context;
    plan.hiddenSize = sizes.hidden;
    plan.layers = sizes.layers;
    plan.modules.push_back(
        {"model.embed_tokens", ModuleKind::Embedding, sizes.vocabulary, sizes.hidden});
    for (int64_t layer = 0; layer < sizes.layers; ++layer) {
        const std::string block = "model.layers." + std::to_string(layer) + ".";
        const auto norm = [&](const char* name) {
            plan.modules.push_back({block + name, ModuleKind::Norm, sizes.hidden, 0, false, layer});
        };
        const auto linear =
            [&](const char* name, const char* shortName, int64_t out, int64_t in, bool bias) {
                plan.modules.push_back(
                    {block + name, ModuleKind::Linear, out, in, bias, layer, shortName});
            };
        norm("input_layernorm");
        linear("self_attn.q_proj", "q", queryWidth, sizes.hidden, attentionBias);
        linear("self_attn.k_proj", "k", keyWidth, sizes.hidden, attentionBias);
        linear("self_attn.v_proj", "v", keyWidth, sizes.hidden, attentionBias);
        linear("self_attn.o_proj", "o", sizes.hidden, queryWidth, attentionBias);
        norm("post_attention_layernorm");
        linear("mlp.gate_proj", "gate", sizes.intermediate, sizes.hidden, mlpBias);
        linear("mlp.up_proj", "up", sizes.intermediate, sizes.hidden, mlpBias);
        linear("mlp.down_proj", "down", sizes.hidden, sizes.intermediate, mlpBias);
    }
    plan.modules.push_back({"model.norm", ModuleKind::Norm, sizes.hidden});
    ModuleSpec head{"lm_head", ModuleKind::Linear, sizes.vocabulary, sizes.hidden};
    head.outputHead = true;
    plan.modules.push_back(head);
    return plan;
}

nn::Decoder::Parts assemble(const ModelConfig& config, const PartsBuilder& builder)
{
    const Sizes sizes = sizesOf(config);
    const kernels::Activation activation = activationOf(config, "hidden_act", "silu");
    nn::Decoder::Parts parts;
    parts.blueprint = builder.blueprint();
    parts.tokenEmbedding = builder.embedding("model.embed_tokens");
    parts.rotary = std::make_unique<kernels::RotaryTable>(
        rotaryTableOf(config, sizes.attention.headDim, sizes.context));
    for (int64_t layer = 0; layer < sizes.layers; ++layer) {
        const std::string block = "model.layers." + std::to_string(layer) + ".";
        std::vector<std::unique_ptr<nn::Linear>> inputs;
        for (const char* name : {"q_proj", "k_proj", "v_proj"}) {
            inputs.push_back(builder.linear(block + "self_attn." + name));
        }
        parts.blocks.emplace_back(
            builder.norm(block + "input_layernorm", nn::NormKind::Rms, sizes.epsilon),
            nn::Attention(sizes.attention,
                          std::move(inputs),
                          builder.linear(block + "self_attn.o_proj"),
                          parts.rotary.get()),
            builder.norm(block + "post_attention_layernorm", nn::NormKind::Rms, sizes.epsilon),
            nn::Mlp(builder.linear(block + "mlp.gate_proj"),
                    builder.linear(block + "mlp.up_proj"),
                    builder.linear(block + "mlp.down_proj"),
                    activation));
    }
    parts.finalNorm =
        std::make_unique<nn::Norm>(builder.norm("model.norm", nn::NormKind::Rms, sizes.epsilon));
    parts.head = builder.head("lm_head", parts.tokenEmbedding);
    return parts;
}

constexpr std::string_view kIgnored[] = {"rotary_emb.inv_freq"};

} // namespace

const Family kLlama = {
    "llama",
    "Llama",
    LS_TEXT("Llama 1 to 3 and models of the same shape (TinyLlama, SmolLM, …)"),
    "model.",
    kIgnored,
    blueprint,
    assemble,
};

} // namespace engine::models::llama
