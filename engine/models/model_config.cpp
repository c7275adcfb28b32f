// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/model_config.h"

#include "engine/device/failure.h"
#include "engine/device/files.h"

#include <cmath>

namespace engine::models {

namespace {

constexpr std::uint64_t kMaximumConfigBytes = 16 << 20;
// No real field is near this; products of two such sizes still fit 64 bits.
constexpr int64_t kMaximumSize = int64_t{1} << 28;
constexpr int64_t kMaximumLayers = 10000;

} // namespace

ModelConfig ModelConfig::read(const std::filesystem::path& path)
{
    const std::string text = device::readFile(path, kMaximumConfigBytes);
    contract::Result<contract::Value> parsed = contract::parseJson(text);
    if (!parsed) {
        throw Failure(code::kBadFile,
                      path.filename().string() + ": " + parsed.error().message,
                      "Download the model again or repair the file",
                      path.string());
    }
    const ModelConfig config(std::move(parsed).value(), path);
    return config.text("model_type", "") == "gemma3" ? config.textPart() : config;
}

ModelConfig ModelConfig::textPart() const
{
    const contract::Value& text = m_value["text_config"];
    if (!text.isObject()) {
        refuse("text_config", "expected an object, got " + toJson(text));
    }
    ModelConfig part(text, m_path);
    part.m_isTextPart = true;
    part.m_value.set("model_type", "gemma3_text");
    part.m_value.set("architectures", contract::Value::List{"Gemma3ForCausalLM"});
    // What the whole says of its parts.
    for (const char* key : {"tie_word_embeddings", "quantization_config", "dtype", "torch_dtype"}) {
        if (!m_value[key].isNull()) {
            part.m_value.set(key, m_value[key]);
        }
    }
    return part;
}

ModelConfig::ModelConfig(contract::Value value, std::filesystem::path path)
    : m_value(std::move(value)), m_path(std::move(path))
{
    if (!m_value.isObject()) {
        throw Failure(code::kBadModel,
                      "config.json holds no JSON object",
                      "Download the model again",
                      m_path.string());
    }
}

int64_t ModelConfig::size(std::string_view key) const
{
    const contract::Value& field = m_value[key];
    if (!field.isInteger() || field.toInteger() < 1 || field.toInteger() > kMaximumSize) {
        refuse(key,
               field.isNull() ? "is missing"
                              : "expected an integer of 1 or more, got " + toJson(field));
    }
    return field.toInteger();
}

int64_t ModelConfig::size(std::string_view key, int64_t fallback) const
{
    return m_value[key].isNull() ? fallback : size(key);
}

int64_t ModelConfig::layers(std::string_view key, int64_t fallback) const
{
    const int64_t count = size(key, fallback);
    if (count > kMaximumLayers) {
        refuse(key, "expected at most 10000, got " + std::to_string(count));
    }
    return count;
}

double ModelConfig::number(std::string_view key, double fallback) const
{
    const contract::Value& field = m_value[key];
    if (field.isNull()) {
        return fallback;
    }
    if (!field.isNumber() || !std::isfinite(field.toDouble())) {
        refuse(key, "expected a number, got " + toJson(field));
    }
    return field.toDouble();
}

bool ModelConfig::flag(std::string_view key, bool fallback) const
{
    const contract::Value& field = m_value[key];
    if (!field.isNull() && !field.isBool()) {
        refuse(key, "expected true or false, got " + toJson(field));
    }
    return field.toBool(fallback);
}

std::string ModelConfig::text(std::string_view key, std::string_view fallback) const
{
    const contract::Value& field = m_value[key];
    if (field.isNull()) {
        return std::string(fallback);
    }
    if (!field.isString()) {
        refuse(key, "expected a text, got " + toJson(field));
    }
    return field.toString();
}

std::string ModelConfig::dtype() const
{
    return text("dtype", text("torch_dtype", "float32"));
}

std::string ModelConfig::fieldName(std::string_view key) const
{
    return std::string("config.json: ") + (m_isTextPart ? "text_config." : "") + std::string(key);
}

void ModelConfig::refuse(std::string_view key, std::string_view problem) const
{
    throw Failure(code::kBadModel,
                  fieldName(key) + ": " + std::string(problem),
                  "Compare config.json with the model's source",
                  m_path.string());
}

void ModelConfig::unsupported(std::string_view key, std::string_view problem) const
{
    throw Failure(code::kUnsupported,
                  fieldName(key) + ": " + std::string(problem),
                  "`lora-engine describe` lists the models that can be read",
                  m_path.string());
}

} // namespace engine::models
