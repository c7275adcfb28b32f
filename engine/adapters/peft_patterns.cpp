// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/peft_patterns.h"

#include "engine/adapters/peft_keys.h"
#include "engine/device/failure.h"

#include <algorithm>
#include <regex>

namespace engine::adapters {

using contract::Value;
using nn::ModuleKind;
using nn::ModuleSpec;

namespace {

// Matching a regular expression recurses over its text: neither may be long.
constexpr std::size_t kMaximumText = 1000;

bool endsWithName(const std::string& name, const std::string& entry)
{
    return name == entry || name.ends_with("." + entry);
}

// Whether `pattern`, an expression or a list of names, selects the module. Throws std::regex_error.
bool isSelected(const Value& pattern, const std::string& name)
{
    if (pattern.isString()) {
        if (pattern.toString().size() > kMaximumText) {
            throw std::regex_error(std::regex_constants::error_complexity);
        }
        return std::regex_match(name, std::regex(pattern.toString()));
    }
    const Value::List& entries = pattern.toList();
    return std::any_of(entries.begin(), entries.end(), [&name](const Value& entry) {
        return endsWithName(name, entry.toString());
    });
}

// Whether the name is listed as it stands: then layers do not matter.
bool isListed(const Value& pattern, const std::string& name)
{
    const Value::List& entries = pattern.toList();
    return std::find(entries.begin(), entries.end(), Value(name)) != entries.end();
}

// Whether what stands before the block's index ends as one of the patterns says.
bool isBehindPattern(const Value& patterns, const ModuleSpec& module)
{
    const std::string index = std::string(".").append(std::to_string(module.layer)).append(".");
    const std::string before = module.name.substr(0, module.name.find(index));
    const Value::List list = patterns.isString() ? Value::List{patterns} : patterns.toList();
    return list.empty() || std::any_of(list.begin(), list.end(), [&before](const Value& pattern) {
               return std::regex_match(before, std::regex("(?:.*\\.)?" + pattern.toString()));
           });
}

bool isInLayers(const Value& config, const ModuleSpec& module)
{
    const Value& layers = config["layers_to_transform"];
    const bool isEmptyList = layers.isList() && layers.toList().empty();
    if (layers.isNull() || isEmptyList) {
        return true;
    }
    if (module.layer < 0 || !isBehindPattern(config["layers_pattern"], module)) {
        return false;
    }
    const Value::List list = layers.isList() ? layers.toList() : Value::List{layers};
    return std::find(list.begin(), list.end(), Value(module.layer)) != list.end();
}

bool isTarget(const Value& config, const ModuleSpec& module)
{
    const Value& targets = config["target_modules"];
    const std::string name = peftName(module);
    const bool isExcluded = isSelected(config["exclude_modules"], name);
    const bool isSaved = isSelected(config["modules_to_save"], name);
    if (module.kind == ModuleKind::Norm || isExcluded || isSaved) {
        return false;
    }
    if (targets == Value("all-linear")) {
        return module.isLinear() && !module.outputHead;
    }
    // The old name of GPT-NeoX's head is known to PEFT of its time.
    const bool matches = isSelected(targets, name) || isSelected(targets, module.name);
    return matches && (targets.isString() || isListed(targets, name) || isInLayers(config, module));
}

} // namespace

double valueByPattern(const Value& patterns, const std::string& module, double fallback)
{
    for (const auto& [key, value] : patterns.toObject()) {
        if (key.size() > kMaximumText) {
            throw Failure(code::kBadAdapter,
                          "adapter_config.json: a pattern is longer than 1000 characters");
        }
        try {
            if (value.isNumber() && std::regex_match(module, std::regex("(.*\\.)?(" + key + ")"))) {
                return value.toDouble();
            }
        } catch (const std::regex_error&) {
            throw Failure(code::kBadAdapter,
                          "adapter_config.json: \"" + key + "\" is not a regular expression");
        }
    }
    return fallback;
}

std::optional<std::vector<const ModuleSpec*>> targetsOf(const Value& config,
                                                        const nn::Blueprint& blueprint)
{
    const Value& targets = config["target_modules"];
    if (!targets.isString() && !targets.isList()) {
        return std::nullopt;
    }
    std::vector<const ModuleSpec*> found;
    try {
        for (const ModuleSpec& module : blueprint.modules) {
            if (isTarget(config, module)) {
                found.push_back(&module);
            }
        }
    } catch (const std::regex_error&) {
        return std::nullopt;
    }
    return found;
}

} // namespace engine::adapters
