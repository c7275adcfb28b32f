// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A selection of modules with their ranks, and the settings of a method that say exactly it:
// targets, exclude, layers, rank_pattern, alpha_pattern. Both directions follow PEFT's rules as the
// engine applies them. Thread-free.
#pragma once

#include "engine/contract/value.h"
#include "ui/pages/train/module_grid.h"

#include <QString>

#include <cstdint>
#include <string>
#include <vector>

namespace ui::pages::train {

struct TargetSelection
{
    std::vector<int> ranks; // per module of the grid; 0 = off
    std::vector<double> alphas;

    int count() const;
    bool operator==(const TargetSelection&) const = default;
};

// What the settings of a method (complete or only the changed ones) select.
struct SelectionReading
{
    TargetSelection selection;
    QString problem; // in words, where a pattern is broken or matches nothing
};

// The defaults that a setting may be left out for.
struct TargetDefaults
{
    int rank = 16;
    double alpha = 32;
    std::vector<std::string> unknown = {}; // of the five keys, those that the method does not have
};

SelectionReading selectionOf(const engine::contract::Value& settings,
                             const ModuleGrid& grid,
                             const TargetDefaults& defaults);

// The shortest settings that read back as `selection`: an object with those of the five keys whose
// value is not the default. Every candidate is read back before it is taken.
engine::contract::Value settingsOf(const TargetSelection& selection,
                                   const ModuleGrid& grid,
                                   const TargetDefaults& defaults);

// Trainable parameters of low-rank pairs on the selection, with what `bias` and `modules_to_save`
// of `settings` add.
int64_t trainableParameters(const TargetSelection& selection,
                            const engine::contract::Value& settings,
                            const ModuleGrid& grid);

} // namespace ui::pages::train
