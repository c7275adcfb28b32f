// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/peft_keys.h"

#include <array>
#include <string_view>

namespace engine::adapters {

namespace {

constexpr std::string_view kPrefix = "base_model.model.";
constexpr std::string_view kBaseLayer = ".base_layer";

struct Suffix
{
    PeftTensor kind;
    std::string_view part;  // after the module
    std::string_view field; // after the adapter's name, which files leave out
};
constexpr std::array kSuffixes = {
    Suffix{PeftTensor::FactorA, ".lora_A", ".weight"},
    Suffix{PeftTensor::FactorB, ".lora_B", ".weight"},
    Suffix{PeftTensor::FactorBias, ".lora_B", ".bias"},
    Suffix{PeftTensor::EmbeddingA, ".lora_embedding_A", ""},
    Suffix{PeftTensor::EmbeddingB, ".lora_embedding_B", ""},
    Suffix{PeftTensor::Magnitude, ".lora_magnitude_vector", ""},
    Suffix{PeftTensor::Magnitude, ".lora_magnitude_vector", ".weight"},
};

std::string without(std::string text, std::string_view part)
{
    const std::size_t at = text.find(part);
    return at == std::string::npos ? text : text.erase(at, part.size());
}

// The name without the segments that wrappers put into it.
std::string unwrapped(std::string key)
{
    if (key.starts_with("module.")) {
        key.erase(0, std::string_view("module.").size());
    }
    for (const std::string_view wrapper : {"_orig_mod.", "_fsdp_wrapped_module."}) {
        for (std::size_t at = key.find(wrapper); at != std::string::npos; at = key.find(wrapper)) {
            key.erase(at, wrapper.size());
        }
    }
    return key;
}

// The module of a key that ends as the suffix says, with or without an adapter's name in between.
std::optional<std::string> moduleOf(const std::string& name, const Suffix& suffix)
{
    const std::size_t at = name.rfind(suffix.part);
    if (at == std::string::npos) {
        return std::nullopt;
    }
    std::string_view rest = std::string_view(name).substr(at + suffix.part.size());
    if (!rest.ends_with(suffix.field)) {
        return std::nullopt;
    }
    rest.remove_suffix(suffix.field.size());
    const bool isAdapterName =
        rest.size() > 1 && rest.front() == '.' && rest.find('.', 1) == std::string_view::npos;
    return rest.empty() || isAdapterName ? std::optional(name.substr(0, at)) : std::nullopt;
}

} // namespace

std::string peftKey(const PeftKey& key)
{
    for (const Suffix& suffix : kSuffixes) {
        if (suffix.kind == key.kind) {
            return std::string(kPrefix) + key.name + std::string(suffix.part)
                   + std::string(suffix.field);
        }
    }
    return std::string(kPrefix) + key.name;
}

std::optional<PeftKey> parsePeftKey(const std::string& key)
{
    const std::string whole = unwrapped(key);
    if (!whole.starts_with(kPrefix)) {
        return std::nullopt;
    }
    const std::string name = whole.substr(kPrefix.size());
    for (const Suffix& suffix : kSuffixes) {
        if (auto module = moduleOf(name, suffix)) {
            return PeftKey{suffix.kind, std::move(*module)};
        }
    }
    if (name.find("lora_") != std::string::npos
        || !(name.ends_with(".weight") || name.ends_with(".bias"))) {
        return std::nullopt;
    }
    return PeftKey{PeftTensor::Parameter, without(name, kBaseLayer)};
}

std::optional<std::string> plainKeyOfWrapped(const std::string& key)
{
    for (const std::string_view wrapper : {".modules_to_save", ".original_module"}) {
        if (key.find(wrapper) != std::string::npos) {
            return without(key, wrapper);
        }
    }
    return std::nullopt;
}

} // namespace engine::adapters
