// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/module_match.h"

#include <QRegularExpression>

#include <algorithm>

namespace ui::pages::train {

namespace {

using engine::contract::Value;

// The engine's own limit.
constexpr std::size_t kLongestExpression = 1000;

bool isNamed(const GridModule& module, const std::string& entry)
{
    if (entry.empty()) {
        return false;
    }
    if (module.name == entry || module.shortName == entry) {
        return true;
    }
    const std::size_t size = module.name.size();
    return size > entry.size() && module.name[size - entry.size() - 1] == '.'
           && module.name.ends_with(entry);
}

void dropCoveredSlices(std::vector<bool>& selected, const ModuleGrid& grid)
{
    bool whole = false;
    for (std::size_t i = 0; i < selected.size(); ++i) {
        if (!grid.modules()[i].isSlice) {
            whole = selected[i];
        } else if (whole) {
            selected[i] = false;
        }
    }
}

} // namespace

int ModuleMatch::count() const
{
    return static_cast<int>(std::count(selected.begin(), selected.end(), true));
}

ModuleMatch ModulePattern::byList(const Value::List& names, const ModuleGrid& grid)
{
    ModuleMatch match{std::vector<bool>(grid.modules().size(), false), {}};
    for (const Value& name : names) {
        bool any = false;
        for (std::size_t i = 0; i < match.selected.size(); ++i) {
            if (isNamed(grid.modules()[i], name.toString())) {
                match.selected[i] = true;
                any = true;
            }
        }
        if (!any && match.problem.isEmpty()) {
            match.problem =
                tr("“%1” matches no module").arg(QString::fromStdString(name.toString()));
        }
    }
    return match;
}

ModuleMatch ModulePattern::byExpression(const std::string& text, const ModuleGrid& grid)
{
    ModuleMatch match{std::vector<bool>(grid.modules().size(), false), {}};
    if (text.size() > kLongestExpression) {
        match.problem = tr("The expression is longer than 1000 characters");
        return match;
    }
    const QRegularExpression expression(
        QRegularExpression::anchoredPattern(QString::fromStdString(text)));
    if (!expression.isValid()) {
        match.problem = tr("Not a regular expression: %1").arg(expression.errorString());
        return match;
    }
    for (std::size_t i = 0; i < match.selected.size(); ++i) {
        const GridModule& module = grid.modules()[i];
        const QRegularExpressionMatch whole = expression.match(module.text);
        // PCRE gives up where backtracking explodes; the engine would not come back either.
        if (!whole.isValid()) {
            match.problem = tr("The expression takes too long to match");
            return match;
        }
        match.selected[i] =
            whole.hasMatch()
            || (!module.shortName.empty() && expression.match(module.shortText).hasMatch());
    }
    if (match.count() == 0) {
        match.problem = tr("“%1” matches no module").arg(QString::fromStdString(text));
    }
    return match;
}

ModuleMatch ModulePattern::targets(const Value& pattern, const ModuleGrid& grid)
{
    ModuleMatch match;
    if (pattern.isString() && pattern.toString() == "all-linear") {
        for (const GridModule& module : grid.modules()) {
            match.selected.push_back(!module.isSlice && !module.isOutputHead());
        }
    } else if (pattern.isString()) {
        match = byExpression(pattern.toString(), grid);
    } else {
        match = byList(pattern.toList(), grid);
    }
    dropCoveredSlices(match.selected, grid);
    return match;
}

std::vector<double>
ModulePattern::numbers(const Value& patterns, const ModuleGrid& grid, double fallback)
{
    std::vector<double> values(grid.modules().size(), fallback);
    std::vector<bool> decided(values.size(), false);
    for (const auto& [key, value] : patterns.toObject()) {
        const QRegularExpression expression(QRegularExpression::anchoredPattern(
            QStringLiteral("(.*\\.)?(%1)").arg(QString::fromStdString(key))));
        if (!expression.isValid()) {
            continue;
        }
        for (std::size_t i = 0; i < values.size(); ++i) {
            const GridModule& module = grid.modules()[i];
            if (!decided[i]
                && (expression.match(module.text).hasMatch()
                    || expression.match(module.ownerText).hasMatch()
                    || (!module.shortName.empty()
                        && expression.match(module.shortText).hasMatch()))) {
                values[i] = value.toDouble();
                decided[i] = true;
            }
        }
    }
    return values;
}

} // namespace ui::pages::train
