// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Model folders of every family, small enough for unit tests, with fixed numbers as weights; and
// the forward passes that tests ask of them.
#pragma once

#include "engine/device/files.h"
#include "engine/kernels/processor.h"
#include "engine/models/model_folder.h"
#include "engine/tensors/safetensors_writer.h"
#include "tests/support/failing.h"
#include "tests/support/gradient_check.h"

#include <QTest>

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/norm.h>

namespace tests {

using engine::contract::Value;

struct TinyModel
{
    std::string name;
    Value config;
    at::ScalarType stored = at::kFloat;
    bool isBare = false; // saved without the family's prefix
};

inline Value changed(Value object, const std::vector<Value::Member>& changes)
{
    for (const auto& [key, value] : changes) {
        object.set(key, value);
    }
    return object;
}

inline Value llamaConfig(const std::vector<Value::Member>& changes = {})
{
    return changed(Value::object({{"model_type", "llama"},
                                  {"hidden_size", 32},
                                  {"intermediate_size", 48},
                                  {"num_hidden_layers", 2},
                                  {"num_attention_heads", 4},
                                  {"num_key_value_heads", 2},
                                  {"vocab_size", 40},
                                  {"max_position_embeddings", 64},
                                  {"rms_norm_eps", 1e-5},
                                  {"rope_theta", 10000.0}}),
                   changes);
}

inline Value gpt2Config(const std::vector<Value::Member>& changes = {})
{
    return changed(Value::object({{"model_type", "gpt2"},
                                  {"n_embd", 32},
                                  {"n_layer", 2},
                                  {"n_head", 4},
                                  {"n_positions", 64},
                                  {"vocab_size", 40}}),
                   changes);
}

inline Value llama3Rope()
{
    return Value::object({{"rope_type", "llama3"},
                          {"rope_theta", 500.0},
                          {"factor", 8.0},
                          {"low_freq_factor", 1.0},
                          {"high_freq_factor", 4.0},
                          {"original_max_position_embeddings", 32}});
}

// The config of a family whose fields are Llama's.
inline Value familyConfig(const char* family, const std::vector<Value::Member>& changes = {})
{
    return changed(changed(llamaConfig(), {{"model_type", family}}), changes);
}

inline Value neoxConfig(const std::vector<Value::Member>& changes = {})
{
    return changed(Value::object({{"model_type", "gpt_neox"},
                                  {"hidden_size", 32},
                                  {"intermediate_size", 48},
                                  {"num_hidden_layers", 2},
                                  {"num_attention_heads", 4},
                                  {"vocab_size", 40},
                                  {"max_position_embeddings", 64}}),
                   changes);
}

// LongRoPE for heads of 8 numbers, of which 6 are turned.
inline Value longRope()
{
    return Value::object({{"rope_type", "longrope"},
                          {"rope_theta", 10000.0},
                          {"partial_rotary_factor", 0.75},
                          {"short_factor", Value::list(std::vector<double>{1, 1.2, 1.5})},
                          {"long_factor", Value::list(std::vector<double>{1, 2, 4})}});
}

// One of every shape that the families know.
inline std::vector<TinyModel> tinyModels()
{
    return {
        {"llama", llamaConfig()},
        {"llama tied, biases",
         llamaConfig(
             {{"tie_word_embeddings", true}, {"attention_bias", true}, {"mlp_bias", true}})},
        {"llama3 rope", llamaConfig({{"rope_parameters", llama3Rope()}})},
        {"llama bfloat16", llamaConfig(), at::kBFloat16},
        {"gpt2", gpt2Config()},
        {"gpt2 untied", gpt2Config({{"tie_word_embeddings", false}})},
        {"gpt2 bare, float16", gpt2Config(), at::kHalf, true},
        {"mistral", familyConfig("mistral", {{"sliding_window", 5}, {"head_dim", 6}})},
        {"qwen2", familyConfig("qwen2", {{"tie_word_embeddings", true}})},
        {"qwen2 windows",
         familyConfig(
             "qwen2",
             {{"use_sliding_window", true}, {"sliding_window", 4}, {"max_window_layers", 1}})},
        {"qwen3", familyConfig("qwen3", {{"head_dim", 12}})},
        {"gemma", familyConfig("gemma", {{"head_dim", 12}})},
        {"gemma2",
         familyConfig("gemma2",
                      {{"head_dim", 12},
                       {"sliding_window", 4},
                       {"query_pre_attn_scalar", 10},
                       {"attn_logit_softcapping", 5.0},
                       {"final_logit_softcapping", 4.0}})},
        {"gemma3_text",
         familyConfig("gemma3_text",
                      {{"head_dim", 12},
                       {"sliding_window", 4},
                       {"sliding_window_pattern", 2},
                       {"query_pre_attn_scalar", 10}})},
        {"phi3",
         familyConfig("phi3",
                      {{"original_max_position_embeddings", 32}, {"rope_parameters", longRope()}})},
        {"gpt_neox", neoxConfig()},
        {"gpt_neox sequential",
         neoxConfig({{"use_parallel_residual", false}, {"rotary_pct", 0.5}})},
    };
}

inline const TinyModel& tinyModel(const std::string& name)
{
    static const std::vector<TinyModel> all = tinyModels();
    return *std::find_if(
        all.begin(), all.end(), [&name](const TinyModel& model) { return model.name == name; });
}

inline engine::nn::Blueprint blueprintOf(const Value& config)
{
    const engine::models::ModelConfig read(config, "config.json");
    return engine::models::blueprintOf(read);
}

// The tensors such a model's file holds, by stored name.
inline std::map<std::string, Tensor> tinyWeights(const TinyModel& model)
{
    const engine::models::ModelConfig config(model.config, "config.json");
    const engine::models::Family& family = engine::models::familyOf(config);
    const engine::nn::Blueprint blueprint = family.blueprint(config);
    struct Made
    {
        std::vector<int64_t> shape;
        double centre;
    };
    std::map<std::string, Made> parameters; // their order gives each its numbers
    for (const engine::nn::ModuleSpec& module : blueprint.modules) {
        if (module.outputHead && blueprint.tiedHead) {
            continue;
        }
        const bool isNorm = module.kind == engine::nn::ModuleKind::Norm;
        parameters[module.weightName()] = {module.storedShape(),
                                           isNorm && !module.isOffset ? 1. : 0.};
        if (module.bias) {
            parameters[module.biasName()] = {{module.out}, 0};
        }
    }
    std::map<std::string, Tensor> tensors;
    int64_t seed = 1;
    for (const auto& [name, made] : parameters) {
        const bool strip = model.isBare && name.starts_with(family.prefix);
        tensors[strip ? name.substr(family.prefix.size()) : name] =
            numbers(made.shape, seed++).mul(0.3).add(made.centre).to(model.stored);
    }
    return tensors;
}

inline void writeModel(const std::filesystem::path& folder,
                       const Value& config,
                       const std::map<std::string, Tensor>& weights)
{
    engine::device::writeFileAtomically(folder / "config.json", toJson(config));
    engine::tensors::saveTensors(folder / "model.safetensors", {weights.begin(), weights.end()});
}

// The folder may go: tensors keep their file mapped.
inline engine::models::ModelFolder openTiny(const TinyModel& model)
{
    const QTemporaryDir folder;
    writeModel(pathOf(folder), model.config, tinyWeights(model));
    return engine::models::ModelFolder::open(pathOf(folder));
}

inline std::unique_ptr<engine::nn::Decoder> tinyDecoder(const TinyModel& model,
                                                        at::ScalarType dtype = at::kFloat)
{
    return engine::models::loadDecoder(openTiny(model), dtype);
}

// One row per tiny model; the test fetches it with QFETCH(QString, model).
inline void addTinyModelRows()
{
    QTest::addColumn<QString>("model");
    for (const TinyModel& model : tinyModels()) {
        QTest::newRow(model.name.c_str()) << QString::fromStdString(model.name);
    }
}

// `count` tokens without pattern, below `vocabulary`.
inline Tensor tokens(int64_t count, int64_t first = 3, int64_t vocabulary = 40)
{
    return at::arange(first, first + count, at::kLong).mul(17).remainder(vocabulary);
}

inline Tensor
logitsOf(const engine::nn::Decoder& decoder, const Tensor& ids, const engine::nn::Pass& pass)
{
    return decoder.logits(decoder.hidden(ids, pass), pass);
}

inline Tensor logitsOf(const engine::nn::Decoder& decoder, const Tensor& ids = tokens(9))
{
    return logitsOf(decoder, ids, engine::nn::packedPass({ids.size(0)}));
}

// Bit for bit where blocks are composed; a block that leaves the packed kernels for the composed
// form, because something stands in it, rounds otherwise.
inline bool isUnchanged(const Tensor& now, const Tensor& before)
{
    if (at::equal(now, before)) {
        return true;
    }
    if (engine::kernels::instructionSet() == engine::kernels::InstructionSet::None) {
        return false;
    }
    const double rounding = before.scalar_type() == at::kFloat ? 1e-5 : 2e-2;
    const Tensor reference = before.to(at::kFloat);
    const double error = (now.to(at::kFloat) - reference).norm().item<double>();
    return error <= rounding * reference.norm().item<double>();
}

// Summed loss of predicting each next token.
inline Tensor lossOf(const engine::nn::Decoder& decoder, engine::nn::Pass pass, const Tensor& ids)
{
    const Tensor targets = ids.roll(-1).contiguous();
    return decoder.loss(decoder.hidden(ids, pass), targets, pass).lossSum;
}

// A pass over one sequence that drops out.
inline engine::nn::Pass trainingPass(int64_t count, uint64_t seed = 7)
{
    engine::nn::Pass pass = engine::nn::packedPass({count});
    pass.training = true;
    pass.seed = seed;
    return pass;
}

} // namespace tests
