// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/decoder_layout.h"

#include "engine/models/activation_names.h"
#include "engine/models/unsupported_fields.h"

#include <algorithm>
#include <cmath>

namespace engine::models {

namespace {

using contract::Value;
using nn::ModuleKind;
using nn::ModuleSpec;

// A size that may be absent (`absent`) or null (`null`).
int64_t sizeOr(const ModelConfig& config, std::string_view key, int64_t absent, int64_t null)
{
    if (config.value().contains(key) && config.value()[key].isNull()) {
        return null;
    }
    return config.size(key, absent > 0 ? absent : null);
}

std::string blockName(int64_t layer)
{
    return "model.layers." + std::to_string(layer) + ".";
}

const char* mlpNormName(const DecoderLayout& layout)
{
    return layout.hasOutputNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm";
}

// The modules of one block, in the order of its forward.
class BlockModules
{
public:
    BlockModules(const DecoderLayout& layout, int64_t layer, std::vector<ModuleSpec>& modules)
        : m_layout(layout), m_layer(layer), m_modules(modules)
    {
    }

    void add()
    {
        norm("input_layernorm", m_layout.hidden);
        addAttention();
        if (m_layout.hasOutputNorms) {
            norm("post_attention_layernorm", m_layout.hidden);
        }
        norm(mlpNormName(m_layout), m_layout.hidden);
        addMlp();
        if (m_layout.hasOutputNorms) {
            norm("post_feedforward_layernorm", m_layout.hidden);
        }
    }

private:
    void addAttention()
    {
        const nn::AttentionShape& shape = m_layout.attention;
        const int64_t queries = shape.heads * shape.headDim;
        const int64_t keys = shape.kvHeads * shape.headDim;
        if (m_layout.isFused) {
            linear("self_attn.qkv_proj", "", queries + 2 * keys, m_layout.hidden, false);
            m_modules.back().slices = {{"q", kernels::RowSlice::plain(0, queries)},
                                       {"k", kernels::RowSlice::plain(queries, keys)},
                                       {"v", kernels::RowSlice::plain(queries + keys, keys)}};
        } else {
            linear("self_attn.q_proj", "q", queries, m_layout.hidden, m_layout.hasInputBias);
            linear("self_attn.k_proj", "k", keys, m_layout.hidden, m_layout.hasInputBias);
            linear("self_attn.v_proj", "v", keys, m_layout.hidden, m_layout.hasInputBias);
        }
        if (m_layout.hasHeadNorms) {
            norm("self_attn.q_norm", shape.headDim);
            norm("self_attn.k_norm", shape.headDim);
        }
        linear("self_attn.o_proj", "o", m_layout.hidden, queries, m_layout.hasOutputBias);
    }
    void addMlp()
    {
        const int64_t inner = m_layout.intermediate;
        if (m_layout.isFused) {
            linear("mlp.gate_up_proj", "", 2 * inner, m_layout.hidden, false);
            m_modules.back().slices = {{"gate", kernels::RowSlice::plain(0, inner)},
                                       {"up", kernels::RowSlice::plain(inner, inner)}};
        } else {
            linear("mlp.gate_proj", "gate", inner, m_layout.hidden, m_layout.hasMlpBias);
            linear("mlp.up_proj", "up", inner, m_layout.hidden, m_layout.hasMlpBias);
        }
        linear("mlp.down_proj", "down", m_layout.hidden, inner, m_layout.hasMlpBias);
    }
    void norm(const char* name, int64_t width)
    {
        ModuleSpec spec{blockName(m_layer) + name, ModuleKind::Norm, width, 0, false, m_layer};
        spec.isOffset = m_layout.norm == nn::NormKind::OffsetRms;
        m_modules.push_back(std::move(spec));
    }
    void linear(const char* name, const char* shortName, int64_t out, int64_t in, bool bias)
    {
        m_modules.push_back(
            {blockName(m_layer) + name, ModuleKind::Linear, out, in, bias, m_layer, shortName});
    }

    const DecoderLayout& m_layout;
    int64_t m_layer;
    std::vector<ModuleSpec>& m_modules;
};

nn::Attention attentionOf(const DecoderLayout& layout,
                          const PartsBuilder& builder,
                          int64_t layer,
                          const nn::Rotary* rotary)
{
    const std::string name = blockName(layer) + "self_attn.";
    std::vector<std::unique_ptr<nn::Linear>> inputs;
    if (layout.isFused) {
        inputs.push_back(builder.linear(name + "qkv_proj"));
    } else {
        for (const char* part : {"q_proj", "k_proj", "v_proj"}) {
            inputs.push_back(builder.linear(name + part));
        }
    }
    nn::AttentionForm form;
    form.rotary = rotary;
    form.scale = layout.scoreScale;
    form.softCap = layout.scoreCap;
    form.window = layout.windows.empty() ? 0 : layout.windows[static_cast<std::size_t>(layer)];
    if (layout.hasHeadNorms) {
        form.queryNorm = builder.norm(name + "q_norm", layout.norm, layout.epsilon);
        form.keyNorm = builder.norm(name + "k_norm", layout.norm, layout.epsilon);
    }
    return nn::Attention(
        layout.attention, std::move(inputs), builder.linear(name + "o_proj"), std::move(form));
}

nn::Mlp mlpOf(const DecoderLayout& layout, const PartsBuilder& builder, int64_t layer)
{
    const std::string name = blockName(layer) + "mlp.";
    if (layout.isFused) {
        return nn::Mlp(nullptr,
                       builder.linear(name + "gate_up_proj"),
                       builder.linear(name + "down_proj"),
                       layout.activation,
                       nn::MlpInput::Fused);
    }
    return nn::Mlp(builder.linear(name + "gate_proj"),
                   builder.linear(name + "up_proj"),
                   builder.linear(name + "down_proj"),
                   layout.activation);
}

} // namespace

int64_t DecoderLayout::context() const
{
    const auto least =
        std::min_element(ropes.begin(), ropes.end(), [](const Rope& x, const Rope& y) {
            return x.context < y.context;
        });
    return least->context;
}

int64_t contextOf(const ModelConfig& config, const LayoutDefaults& defaults)
{
    return std::min(config.size("max_position_embeddings", defaults.context), kLongestContext);
}

DecoderLayout
layoutOf(const ModelConfig& config, std::string_view family, const LayoutDefaults& defaults)
{
    refuseUnsupportedFields(config);
    DecoderLayout layout;
    layout.family = family;
    layout.hidden = config.size("hidden_size", defaults.hidden);
    layout.intermediate = config.size("intermediate_size", defaults.intermediate);
    layout.layers = config.layers("num_hidden_layers", defaults.layers);
    layout.vocabulary = config.size("vocab_size", defaults.vocabulary);
    layout.epsilon = config.number("rms_norm_eps", defaults.epsilon);
    layout.activation = activationOf(config, defaults.activationKey, defaults.activation);
    layout.isTied = config.flag("tie_word_embeddings", defaults.isTied);
    nn::AttentionShape& shape = layout.attention;
    shape.heads = config.size("num_attention_heads", defaults.heads);
    shape.kvHeads = sizeOr(config, "num_key_value_heads", defaults.kvHeads, shape.heads);
    if (shape.heads % shape.kvHeads != 0) {
        config.refuse("num_key_value_heads", "must divide num_attention_heads");
    }
    const int64_t quotient = layout.hidden / shape.heads;
    if (quotient == 0) {
        config.refuse("num_attention_heads", "must not be above hidden_size");
    }
    shape.headDim = sizeOr(config, "head_dim", defaults.headDim, quotient);
    return layout;
}

void addRope(DecoderLayout& layout,
             const ModelConfig& config,
             int64_t context,
             const RopeFamily& family)
{
    layout.ropes = {
        ropeOf(config, ropeObjectOf(config), layout.attention.headDim, context, family)};
}

std::vector<bool> slidingLayers(const ModelConfig& config,
                                int64_t layers,
                                const std::function<bool(int64_t layer)>& isSliding)
{
    std::vector<bool> result;
    const Value& types = config.value()["layer_types"];
    if (types.isNull()) {
        for (int64_t layer = 0; layer < layers; ++layer) {
            result.push_back(isSliding(layer));
        }
        return result;
    }
    if (!types.isList() || static_cast<int64_t>(types.toList().size()) < layers) {
        config.refuse("layer_types",
                      "expected a list of " + std::to_string(layers) + " kinds of layers");
    }
    for (int64_t layer = 0; layer < layers; ++layer) {
        const Value& type = types.toList()[static_cast<std::size_t>(layer)];
        if (type != Value("full_attention") && type != Value("sliding_attention")) {
            config.unsupported("layer_types",
                               toJson(type) + " is not full_attention or sliding_attention");
        }
        result.push_back(type == Value("sliding_attention"));
    }
    return result;
}

void addWindows(DecoderLayout& layout,
                const ModelConfig& config,
                const std::vector<bool>& isSliding,
                int64_t fallback)
{
    const bool isNone =
        config.value().contains("sliding_window") && config.value()["sliding_window"].isNull();
    const int64_t window = isNone ? 0 : config.size("sliding_window", fallback);
    for (const bool slides : isSliding) {
        layout.windows.push_back(slides ? window : 0);
    }
}

void addUpperWindows(DecoderLayout& layout, const ModelConfig& config)
{
    const bool isUsed = config.flag("use_sliding_window", false);
    const int64_t full = config.value()["max_window_layers"].toInteger(28);
    const std::vector<bool> isSliding = slidingLayers(
        config, layout.layers, [&](int64_t layer) { return isUsed && layer >= full; });
    if (isUsed) {
        addWindows(layout, config, isSliding, 4096);
    } else if (std::find(isSliding.begin(), isSliding.end(), true) != isSliding.end()) {
        config.refuse("layer_types", "names sliding_attention, but use_sliding_window is off");
    }
}

double scoreScaleOf(const ModelConfig& config, double fallback)
{
    const double scalar = config.number("query_pre_attn_scalar", fallback);
    if (!(scalar > 0)) {
        config.refuse("query_pre_attn_scalar", "expected a number above 0");
    }
    return 1 / std::sqrt(scalar);
}

double softCapOf(const ModelConfig& config, std::string_view key, double fallback)
{
    if (config.value().contains(key) && config.value()[key].isNull()) {
        return 0;
    }
    const double cap = config.number(key, fallback);
    if (cap < 0 || (cap == 0 && fallback != 0)) {
        config.refuse(key, "expected a number above 0, or null");
    }
    return cap;
}

nn::Blueprint blueprintOf(const DecoderLayout& layout)
{
    nn::Blueprint plan;
    plan.family = layout.family;
    plan.tiedHead = layout.isTied;
    plan.vocabulary = layout.vocabulary;
    plan.context = layout.context();
    plan.hiddenSize = layout.hidden;
    plan.layers = layout.layers;
    plan.modules.push_back(
        {"model.embed_tokens", ModuleKind::Embedding, layout.vocabulary, layout.hidden});
    plan.modules.back().tokenEmbedding = true;
    for (int64_t layer = 0; layer < layout.layers; ++layer) {
        BlockModules(layout, layer, plan.modules).add();
    }
    ModuleSpec norm{"model.norm", ModuleKind::Norm, layout.hidden};
    norm.isOffset = layout.norm == nn::NormKind::OffsetRms;
    plan.modules.push_back(std::move(norm));
    ModuleSpec head{"lm_head", ModuleKind::Linear, layout.vocabulary, layout.hidden};
    head.outputHead = true;
    plan.modules.push_back(std::move(head));
    return plan;
}

nn::Decoder::Parts assemble(const DecoderLayout& layout, const PartsBuilder& builder)
{
    nn::Decoder::Parts parts;
    parts.blueprint = builder.blueprint();
    parts.tokenEmbedding = builder.tokenEmbedding("model.embed_tokens");
    parts.embeddingScale = layout.embeddingScale;
    parts.logitCap = layout.logitCap;
    for (const Rope& rope : layout.ropes) {
        parts.rotaries.push_back(rope.rotary());
    }
    const auto norm = [&](const std::string& name) {
        return builder.norm(name, layout.norm, layout.epsilon);
    };
    for (int64_t layer = 0; layer < layout.layers; ++layer) {
        const std::string block = blockName(layer);
        const std::size_t rope =
            layout.ropeOf.empty() ? 0 : layout.ropeOf[static_cast<std::size_t>(layer)];
        nn::BlockForm form;
        if (layout.hasOutputNorms) {
            form.attentionOutputNorm = norm(block + "post_attention_layernorm");
            form.mlpOutputNorm = norm(block + "post_feedforward_layernorm");
        }
        parts.blocks.emplace_back(norm(block + "input_layernorm"),
                                  attentionOf(layout, builder, layer, parts.rotaries[rope].get()),
                                  norm(block + mlpNormName(layout)),
                                  mlpOf(layout, builder, layer),
                                  std::move(form));
    }
    parts.finalNorm = std::make_unique<nn::Norm>(norm("model.norm"));
    parts.head = builder.head("lm_head", parts.tokenEmbedding);
    return parts;
}

} // namespace engine::models
