// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The modules that a method changes, as its settings `targets`, `exclude` and `layers` say.
#pragma once

#include "engine/contract/schema.h"
#include "engine/contract/text.h"
#include "engine/methods/adapter_state.h"
#include "engine/methods/module_pattern.h"

#include <string>
#include <string_view>
#include <vector>

namespace engine::methods {

struct TargetSettings
{
    contract::Value targets = "all-linear";
    contract::Value exclude = contract::Value::List();
    contract::Value layers = "all";
};

// The targets in forward order. Throws Failure(no_target, bad_field), also for a part of a fused
// weight that is excluded while the whole is a target. May be empty.
std::vector<Target> chosenTargets(const TargetSettings& settings, const nn::Blueprint& blueprint);
// The same where embeddings cannot be changed. Throws Failure(nothing_to_train, bad_field) as well.
std::vector<Target> chosenLinears(const TargetSettings& settings, const nn::Blueprint& blueprint);

kernels::RowSlice rowsOf(const Target& target);
// Short name of the slice; empty for a whole module.
std::string sliceOf(const Target& target);
// An update of the target that has its place but no numbers yet.
LowRankFactors factorsOn(const Target& target);
// Whether no target is a slice.
bool areWholeModules(const std::vector<Target>& targets);

// The fields of TargetSettings, `targets` first.
template <typename Settings>
void addTargets(contract::Schema<Settings>& s, std::string_view targetsHelp)
{
    s.targets("targets", &Settings::targets).label(LS_TEXT("Target modules")).help(targetsHelp);
    s.targets("exclude", &Settings::exclude)
        .advanced()
        .label(LS_TEXT("Excluded modules"))
        .help(LS_TEXT("Modules that stay frozen although a target pattern names them. Same forms "
                      "as the targets."));
    s.layers("layers", &Settings::layers)
        .advanced()
        .label(LS_TEXT("Layers"))
        .help(LS_TEXT("all, or a list of block indices; the first block is 0."));
}

} // namespace engine::methods
