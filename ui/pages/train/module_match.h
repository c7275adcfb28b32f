// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Which modules a pattern names: PEFT's rules with the engine's short names, so that the studio can
// answer before the engine does. Thread-free.
#pragma once

#include "engine/contract/value.h"
#include "ui/pages/train/module_grid.h"

#include <QCoreApplication>
#include <QString>

#include <vector>

namespace ui::pages::train {

// One flag per module of the grid, or what is wrong in words.
struct ModuleMatch
{
    std::vector<bool> selected;
    QString problem;

    bool ok() const { return problem.isEmpty(); }
    int count() const;
};

class ModulePattern
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::train::ModulePattern)

public:
    // "all-linear", a list matched by suffix, or an expression that matches a whole name. Slices of
    // a module that is selected whole are not selected again.
    static ModuleMatch targets(const engine::contract::Value& pattern, const ModuleGrid& grid);

    // A number per module from {expression: number}, the first that matches wins, else `fallback`.
    // Entries that match nothing or are no expressions change nothing here; the engine refuses
    // them.
    static std::vector<double>
    numbers(const engine::contract::Value& patterns, const ModuleGrid& grid, double fallback);

private:
    static ModuleMatch byList(const engine::contract::Value::List& names, const ModuleGrid& grid);
    static ModuleMatch byExpression(const std::string& text, const ModuleGrid& grid);
};

} // namespace ui::pages::train
