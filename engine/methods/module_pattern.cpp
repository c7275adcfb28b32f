// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/module_pattern.h"

#include "engine/device/failure.h"

#include <algorithm>
#include <regex>

namespace engine::methods {

namespace {

constexpr std::size_t kMaximumExpression = 1000;

std::regex expression(const std::string& pattern, const std::string& field)
{
    if (pattern.size() > kMaximumExpression) {
        throw Failure(
            code::kBadField, field + ": the expression is longer than 1000 characters", "", field);
    }
    try {
        return std::regex(pattern, std::regex::ECMAScript);
    } catch (const std::regex_error& error) {
        throw Failure(code::kBadField,
                      field + ": \"" + pattern + "\" is not a regular expression: " + error.what(),
                      "Give a list of names instead, for example [\"q\", \"v\"]",
                      field);
    }
}

// Every linear module, and after it every slice it has, and every embedding.
std::vector<Target> allTargets(const nn::Blueprint& blueprint)
{
    std::vector<Target> all;
    for (const nn::ModuleSpec& module : blueprint.modules) {
        if (module.kind != nn::ModuleKind::Norm) {
            all.push_back({&module, nullptr});
            for (const nn::SliceSpec& slice : module.slices) {
                all.push_back({&module, &slice});
            }
        }
    }
    return all;
}

bool isNamed(const std::string& name, const std::string& shortName, const std::string& entry)
{
    return name == entry || name.ends_with("." + entry) || (!entry.empty() && shortName == entry);
}

// transformers calls every family's output head so; GPT-NeoX stores it as embed_out.
const std::string kHead = "lm_head";

bool isHeadNamed(const nn::ModuleSpec& module, const std::string& entry)
{
    return module.outputHead && entry == kHead;
}

bool isHeadMatched(const nn::ModuleSpec& module, const std::regex& regex)
{
    return module.outputHead && std::regex_match(kHead, regex);
}

[[noreturn]] void
refuseUnmatched(const std::string& field, const std::string& entry, const nn::Blueprint& blueprint)
{
    std::string known;
    for (const Target& target : allTargets(blueprint)) {
        const std::string name = target.shortName();
        if (!name.empty() && known.find("\"" + name + "\"") == std::string::npos) {
            known += (known.empty() ? "\"" : ", \"") + name + "\"";
        }
    }
    throw Failure(code::kNoTarget,
                  field + ": \"" + entry + "\" matches no module of this model",
                  "Known short names: " + known
                      + "; `lora-engine inspect model DIR --tree` lists every module",
                  field);
}

// Drops slices of modules that are selected whole; keeps forward order.
std::vector<Target> withoutCoveredSlices(std::vector<Target> targets)
{
    std::vector<Target> kept;
    for (const Target& target : targets) {
        const bool covered =
            target.slice != nullptr
            && std::any_of(targets.begin(), targets.end(), [&target](const Target& other) {
                   return other.module == target.module && other.slice == nullptr;
               });
        if (!covered) {
            kept.push_back(target);
        }
    }
    return kept;
}

} // namespace

std::string Target::name() const
{
    return slice == nullptr ? module->name : module->name + "." + slice->shortName;
}

std::string Target::shortName() const
{
    return slice == nullptr ? module->shortName : slice->shortName;
}

int64_t Target::rows() const
{
    if (isEmbedding()) {
        return module->in;
    }
    return slice == nullptr ? module->out : slice->rows.rows();
}

int64_t Target::inputs() const
{
    return isEmbedding() ? module->out : module->in;
}

std::vector<Target> selectTargets(const contract::Value& pattern,
                                  const nn::Blueprint& blueprint,
                                  const std::string& field)
{
    const std::vector<Target> all = allTargets(blueprint);
    std::vector<bool> selected(all.size(), false);
    const auto selectWhere = [&](const std::string& entry, const auto& matches) {
        bool any = false;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (matches(all[i])) {
                selected[i] = true;
                any = true;
            }
        }
        if (!any) {
            refuseUnmatched(field, entry, blueprint);
        }
    };

    if (pattern.isString() && pattern.toString() == "all-linear") {
        selectWhere(pattern.toString(), [](const Target& target) {
            return target.slice == nullptr && target.module->isLinear()
                   && !target.module->outputHead;
        });
    } else if (pattern.isString()) {
        const std::regex regex = expression(pattern.toString(), field);
        selectWhere(pattern.toString(), [&regex](const Target& target) {
            const std::string shortName = target.shortName();
            return std::regex_match(target.name(), regex)
                   || (!shortName.empty() && std::regex_match(shortName, regex))
                   || isHeadMatched(*target.module, regex);
        });
    } else {
        for (const contract::Value& entry : pattern.toList()) {
            selectWhere(entry.toString(), [&entry](const Target& target) {
                return isNamed(target.name(), target.shortName(), entry.toString())
                       || isHeadNamed(*target.module, entry.toString());
            });
        }
    }

    std::vector<Target> targets;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (selected[i]) {
            targets.push_back(all[i]);
        }
    }
    return withoutCoveredSlices(std::move(targets));
}

std::vector<const nn::ModuleSpec*> selectModules(const std::vector<std::string>& names,
                                                 const nn::Blueprint& blueprint,
                                                 const std::string& field)
{
    std::vector<const nn::ModuleSpec*> modules;
    for (const std::string& entry : names) {
        const std::size_t before = modules.size();
        for (const nn::ModuleSpec& module : blueprint.modules) {
            if (isNamed(module.name, module.shortName, entry) || isHeadNamed(module, entry)) {
                modules.push_back(&module);
            }
        }
        if (modules.size() == before) {
            refuseUnmatched(field, entry, blueprint);
        }
    }
    std::sort(modules.begin(), modules.end());
    modules.erase(std::unique(modules.begin(), modules.end()), modules.end());
    return modules;
}

void requireLayers(const contract::Value& layers,
                   const nn::Blueprint& blueprint,
                   const std::string& field)
{
    for (const contract::Value& layer : layers.toList()) {
        if (layer.toInteger(-1) < 0 || layer.toInteger() >= blueprint.layers) {
            throw Failure(code::kBadField,
                          field + ": expected block indices 0…"
                              + std::to_string(blueprint.layers - 1) + ", got " + toJson(layer),
                          "The first block is 0",
                          field);
        }
    }
}

bool isInLayers(const nn::ModuleSpec& module, const contract::Value& layers)
{
    const contract::Value::List& list = layers.toList();
    return !layers.isList()
           || std::find(list.begin(), list.end(), contract::Value(module.layer)) != list.end();
}

std::vector<Target> inLayers(std::vector<Target> targets,
                             const contract::Value& layers,
                             const nn::Blueprint& blueprint,
                             const std::string& field)
{
    requireLayers(layers, blueprint, field);
    std::erase_if(targets,
                  [&layers](const Target& target) { return !isInLayers(*target.module, layers); });
    return targets;
}

std::vector<double> valuesByPattern(const contract::Value& patterns,
                                    const std::vector<Target>& targets,
                                    double fallback,
                                    const std::string& field)
{
    std::vector<double> values(targets.size(), fallback);
    std::vector<bool> decided(targets.size(), false);
    for (const auto& [key, value] : patterns.toObject()) {
        const std::regex regex = expression("(.*\\.)?(" + key + ")", field);
        bool any = false;
        for (std::size_t i = 0; i < targets.size(); ++i) {
            const bool matches = std::regex_match(targets[i].name(), regex)
                                 || std::regex_match(targets[i].module->name, regex)
                                 || std::regex_match(targets[i].shortName(), regex)
                                 || isHeadMatched(*targets[i].module, regex);
            any = any || matches;
            if (matches && !decided[i]) {
                values[i] = value.toDouble();
                decided[i] = true;
            }
        }
        if (!any) {
            throw Failure(code::kNoTarget,
                          field + ": \"" + key + "\" matches none of the targets",
                          "A key is the end of a module name or a regular expression for it",
                          field);
        }
    }
    return values;
}

} // namespace engine::methods
