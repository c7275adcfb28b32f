// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The shortest settings for a set of modules: candidates from the plainest form to a list of names,
// each read back by ModulePattern before it is taken. Thread-free; the grid outlives the writer.
#pragma once

#include "engine/contract/value.h"
#include "ui/pages/train/module_grid.h"

#include <string>
#include <vector>

namespace ui::pages::train {

class PatternWriter
{
public:
    explicit PatternWriter(const ModuleGrid& grid) : m_grid(grid) {}

    // {"targets", "exclude", "layers"} without the members that would hold the default
    // ("all-linear", nothing, "all"), and without those of `unknown`, which the method does not
    // have; one flag per module of the grid.
    engine::contract::Value targets(const std::vector<bool>& on,
                                    const std::vector<std::string>& unknown = {}) const;

    // {expression: number} for the modules that are on and whose number is not `fallback`. The
    // expressions match disjoint modules, so their order means nothing.
    engine::contract::Value
    numbers(const std::vector<bool>& on, const std::vector<double>& values, double fallback) const;

private:
    using Value = engine::contract::Value;
    using Flags = std::vector<bool>;

    std::string columnName(int column) const;
    std::string cellName(int index) const;
    // The layers that a list candidate covers: every one, or those where something is on.
    Value layersWith(const Flags& on) const;
    Value exceptCandidate(const Flags& on, const Value& layers) const;
    Value listCandidate(const Flags& on, const Value& layers) const;
    Value expressionCandidate(const Flags& on) const;
    Value nameCandidate(const Flags& on) const;
    Value shortest(std::vector<Value> candidates, const Flags& on) const;
    Value numberCandidate(const Flags& on,
                          const std::vector<double>& values,
                          double fallback,
                          bool wholeColumns,
                          bool wholeLayers) const;
    // One expression per set of layers that shares columns: "[0-3]\.mlp\.(gate_proj|up_proj)".
    std::vector<std::string> blockExpressions(const Flags& on) const;

    const ModuleGrid& m_grid;
};

// The layer numbers as an alternation without group: "[0-3]|2[0-3]". Sorted input.
std::string layersExpression(const std::vector<int>& layers);

// Every character that means something in an expression behind a backslash.
std::string escapedName(const std::string& name);

} // namespace ui::pages::train
