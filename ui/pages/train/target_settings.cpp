// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/target_settings.h"

#include "ui/pages/train/module_match.h"
#include "ui/pages/train/pattern_writer.h"

#include <algorithm>

namespace ui::pages::train {

namespace {

using engine::contract::Value;

std::vector<bool> savedModules(const Value& settings, const ModuleGrid& grid)
{
    std::vector<bool> saved(grid.stored().size(), false);
    for (const Value& entry : settings["modules_to_save"].toList()) {
        const std::string& name = entry.toString();
        for (std::size_t i = 0; i < saved.size(); ++i) {
            const StoredModule& module = grid.stored()[i];
            saved[i] = saved[i] || module.name == name || module.name.ends_with("." + name)
                       || (!name.empty() && module.shortName == name);
        }
    }
    return saved;
}

void keepLayers(std::vector<bool>& selected, const Value& layers, const ModuleGrid& grid)
{
    if (!layers.isList()) {
        return;
    }
    const Value::List& list = layers.toList();
    for (std::size_t i = 0; i < selected.size(); ++i) {
        const Value layer(grid.modules()[i].layer);
        selected[i] = selected[i] && std::find(list.begin(), list.end(), layer) != list.end();
    }
}

void drop(std::vector<bool>& selected, const std::vector<bool>& excluded, const ModuleGrid& grid)
{
    bool owner = false;
    for (std::size_t i = 0; i < selected.size(); ++i) {
        const bool isSlice = grid.modules()[i].isSlice;
        owner = isSlice ? owner : excluded[i];
        selected[i] = selected[i] && !excluded[i] && !(isSlice && owner);
    }
}

bool isEmptyPattern(const Value& pattern)
{
    return pattern.isNull() || (pattern.isList() && pattern.toList().empty());
}

Value settingOr(const Value& settings, std::string_view key, Value fallback)
{
    return settings.contains(key) ? settings[key] : fallback;
}

} // namespace

int TargetSelection::count() const
{
    return static_cast<int>(
        std::count_if(ranks.begin(), ranks.end(), [](int rank) { return rank > 0; }));
}

SelectionReading
selectionOf(const Value& settings, const ModuleGrid& grid, const TargetDefaults& defaults)
{
    SelectionReading reading;
    ModuleMatch match = ModulePattern::targets(settingOr(settings, "targets", "all-linear"), grid);
    reading.problem = match.problem;
    keepLayers(match.selected, settings["layers"], grid);
    if (!isEmptyPattern(settings["exclude"])) {
        const ModuleMatch excluded = ModulePattern::targets(settings["exclude"], grid);
        drop(match.selected, excluded.selected, grid);
        if (reading.problem.isEmpty()) {
            reading.problem = excluded.problem;
        }
    }
    const std::vector<bool> saved = savedModules(settings, grid);
    const double alpha = settingOr(settings, "alpha", defaults.alpha).toDouble(defaults.alpha);
    const double rank =
        static_cast<double>(settingOr(settings, "rank", defaults.rank).toInteger(defaults.rank));
    const std::vector<double> ranks = ModulePattern::numbers(settings["rank_pattern"], grid, rank);
    reading.selection.alphas = ModulePattern::numbers(settings["alpha_pattern"], grid, alpha);
    for (std::size_t i = 0; i < match.selected.size(); ++i) {
        const std::string& owner = grid.modules()[i].owner;
        bool isSaved = false;
        for (std::size_t j = 0; j < saved.size(); ++j) {
            isSaved = isSaved || (saved[j] && grid.stored()[j].name == owner);
        }
        const bool isOn = match.selected[i] && !isSaved;
        reading.selection.ranks.push_back(isOn ? static_cast<int>(ranks[i]) : 0);
        if (!isOn) {
            reading.selection.alphas[i] = 0;
        }
    }
    return reading;
}

Value settingsOf(const TargetSelection& selection,
                 const ModuleGrid& grid,
                 const TargetDefaults& defaults)
{
    std::vector<bool> on;
    std::vector<double> ranks;
    for (const int rank : selection.ranks) {
        on.push_back(rank > 0);
        ranks.push_back(rank);
    }
    const PatternWriter writer(grid);
    Value settings = writer.targets(on, defaults.unknown);
    const Value rankPattern = writer.numbers(on, ranks, defaults.rank);
    if (!rankPattern.toObject().empty()) {
        settings.set("rank_pattern", rankPattern);
    }
    const Value alphaPattern = writer.numbers(on, selection.alphas, defaults.alpha);
    if (!alphaPattern.toObject().empty()) {
        settings.set("alpha_pattern", alphaPattern);
    }
    return settings;
}

int64_t
trainableParameters(const TargetSelection& selection, const Value& settings, const ModuleGrid& grid)
{
    int64_t count = 0;
    const std::vector<bool> saved = savedModules(settings, grid);
    const std::string& bias = settings["bias"].toString();
    std::vector<std::string> owners;
    for (std::size_t i = 0; i < selection.ranks.size(); ++i) {
        const GridModule& module = grid.modules()[i];
        count += selection.ranks[i] * (module.in + module.out);
        if (selection.ranks[i] > 0) {
            owners.push_back(module.owner);
        }
    }
    for (std::size_t i = 0; i < saved.size(); ++i) {
        const StoredModule& module = grid.stored()[i];
        const bool isTarget =
            bias == "lora_only"
            && std::find(owners.begin(), owners.end(), module.name) != owners.end();
        if (saved[i]) {
            count += module.parameters;
        } else if (bias == "all" || isTarget) {
            count += module.bias;
        }
    }
    return count;
}

} // namespace ui::pages::train
