// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/peft_keys.h"

#include <string_view>

namespace engine::adapters {

namespace {

constexpr std::string_view kPrefix = "base_model.model.";
constexpr std::string_view kFactorA = ".lora_A.weight";
constexpr std::string_view kFactorB = ".lora_B.weight";
constexpr std::string_view kBaseLayer = ".base_layer";

std::string without(std::string text, std::string_view part)
{
    const std::size_t at = text.find(part);
    return at == std::string::npos ? text : text.erase(at, part.size());
}

} // namespace

std::string peftKey(const PeftKey& key)
{
    const std::string prefix(kPrefix);
    switch (key.kind) {
    case PeftTensor::FactorA:
        return prefix + key.name + std::string(kFactorA);
    case PeftTensor::FactorB:
        return prefix + key.name + std::string(kFactorB);
    case PeftTensor::Parameter:
        return prefix + key.name;
    }
    return {};
}

std::optional<PeftKey> parsePeftKey(const std::string& key)
{
    if (!key.starts_with(kPrefix)) {
        return std::nullopt;
    }
    const std::string name = key.substr(kPrefix.size());
    if (name.ends_with(kFactorA)) {
        return PeftKey{PeftTensor::FactorA, name.substr(0, name.size() - kFactorA.size())};
    }
    if (name.ends_with(kFactorB)) {
        return PeftKey{PeftTensor::FactorB, name.substr(0, name.size() - kFactorB.size())};
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
