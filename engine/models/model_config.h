// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// config.json with typed look-ups whose failures name the field.
#pragma once

#include "engine/contract/value.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace engine::models {

class ModelConfig
{
public:
    // Reads `path`; of a model that sees images too ("gemma3"), its text model. Throws
    // Failure(not_found, bad_file, bad_model) naming the file.
    static ModelConfig read(const std::filesystem::path& path);
    ModelConfig(contract::Value value, std::filesystem::path path);

    const contract::Value& value() const { return m_value; }
    const std::filesystem::path& path() const { return m_path; }
    // Whether this is the text model of one that has more parts.
    bool isTextPart() const { return m_isTextPart; }

    // A required positive integer.
    int64_t size(std::string_view key) const;
    // As above; `fallback` when the field is absent or null.
    int64_t size(std::string_view key, int64_t fallback) const;
    // A number of blocks, 1…10000: a blueprint lists every module of every block.
    int64_t layers(std::string_view key, int64_t fallback) const;
    double number(std::string_view key, double fallback) const;
    bool flag(std::string_view key, bool fallback) const;
    std::string text(std::string_view key, std::string_view fallback) const;
    // `torch_dtype` or its newer name `dtype`; "float32" when neither is there.
    std::string dtype() const;

    // Throws Failure(bad_model): "config.json: <key>: <problem>".
    [[noreturn]] void refuse(std::string_view key, std::string_view problem) const;
    // Throws Failure(unsupported) likewise.
    [[noreturn]] void unsupported(std::string_view key, std::string_view problem) const;

private:
    // `text_config` as a config of its own.
    ModelConfig textPart() const;
    // "config.json: hidden_size".
    std::string fieldName(std::string_view key) const;

    contract::Value m_value;
    std::filesystem::path m_path;
    bool m_isTextPart = false;
};

} // namespace engine::models
