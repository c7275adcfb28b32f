// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/peft_names.h"

#include <algorithm>
#include <array>

namespace engine::methods {

namespace {

constexpr std::string_view kHead = "lm_head";

// What follows the block index: "self_attn.q_proj"; the whole name outside the blocks.
std::string nameInBlock(const nn::ModuleSpec& module)
{
    if (module.outputHead) {
        return peftName(module);
    }
    const std::string index = std::string(".").append(std::to_string(module.layer)).append(".");
    const std::size_t at = module.layer < 0 ? std::string::npos : module.name.find(index);
    return at == std::string::npos ? module.name : module.name.substr(at + index.size());
}

std::string targetName(const nn::ModuleSpec& module,
                       const std::set<std::string>& targets,
                       const nn::Blueprint& blueprint)
{
    const std::string inBlock = nameInBlock(module);
    for (const std::string& suffix : {inBlock.substr(inBlock.rfind('.') + 1), inBlock}) {
        const bool onlyTargets = std::all_of(
            blueprint.modules.begin(), blueprint.modules.end(), [&](const nn::ModuleSpec& other) {
                const std::string name = peftName(other);
                const bool matches = name == suffix || name.ends_with("." + suffix);
                return !matches || targets.contains(other.name);
            });
        if (onlyTargets) {
            return suffix;
        }
    }
    return peftName(module);
}

} // namespace

std::string peftName(const nn::ModuleSpec& module)
{
    return module.outputHead ? std::string(kHead) : module.name;
}

std::string peftTensor(const nn::ModuleSpec& module, std::string_view kind)
{
    return peftName(module).append(".").append(kind);
}

const nn::ModuleSpec* moduleNamed(const nn::Blueprint& blueprint, const std::string& peftName)
{
    if (const nn::ModuleSpec* module = blueprint.find(peftName)) {
        return module;
    }
    const auto head = std::find_if(blueprint.modules.begin(),
                                   blueprint.modules.end(),
                                   [](const nn::ModuleSpec& module) { return module.outputHead; });
    return peftName == kHead && head != blueprint.modules.end() ? &*head : nullptr;
}

std::set<std::string> peftTargets(const std::set<std::string>& modules,
                                  const nn::Blueprint& blueprint)
{
    std::set<std::string> names;
    for (const std::string& module : modules) {
        names.insert(targetName(*blueprint.find(module), modules, blueprint));
    }
    return names;
}

std::pair<std::string, std::string> splitTensorName(const std::string& name)
{
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos ? std::pair(std::string(), name)
                                    : std::pair(name.substr(0, dot), name.substr(dot + 1));
}

} // namespace engine::methods
