// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/blueprint.h"

namespace engine::nn {

std::vector<int64_t> ModuleSpec::storedShape() const
{
    switch (kind) {
    case ModuleKind::Conv1d:
        return {in, out};
    case ModuleKind::Norm:
        return {out};
    default:
        return {out, in};
    }
}

int64_t ModuleSpec::parameters() const
{
    const int64_t weight = kind == ModuleKind::Norm ? out : out * in;
    return weight + (bias ? out : 0);
}

int64_t Blueprint::parameters() const
{
    int64_t sum = 0;
    for (const ModuleSpec& module : modules) {
        if (!(module.outputHead && tiedHead)) {
            sum += module.parameters();
        }
    }
    return sum;
}

const ModuleSpec* Blueprint::find(std::string_view name) const
{
    for (const ModuleSpec& module : modules) {
        if (module.name == name) {
            return &module;
        }
    }
    return nullptr;
}

std::string_view nameOf(ModuleKind kind)
{
    switch (kind) {
    case ModuleKind::Linear:
        return "linear";
    case ModuleKind::Conv1d:
        return "conv1d";
    case ModuleKind::Embedding:
        return "embedding";
    case ModuleKind::Norm:
        return "norm";
    }
    return "";
}

} // namespace engine::nn
