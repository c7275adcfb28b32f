// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/pattern_writer.h"

#include "ui/pages/train/module_match.h"
#include "ui/pages/train/target_settings.h"

#include <algorithm>
#include <map>

namespace ui::pages::train {

namespace {

std::string enclosed(char open, std::string text, char close)
{
    text.insert(text.begin(), open);
    text.push_back(close);
    return text;
}

using engine::contract::toJson;

// The engine refuses expressions above 1000 characters; it puts 10 of its own around a key.
constexpr std::size_t kLongestKey = 980;

std::string joined(const std::vector<std::string>& parts)
{
    std::string text;
    for (const std::string& part : parts) {
        if (!text.empty()) {
            text += '|';
        }
        text += part;
    }
    return parts.size() > 1 ? enclosed('(', text, ')') : text;
}

std::string digitClass(const std::vector<int>& digits)
{
    if (digits.size() == 1) {
        return std::to_string(digits.front());
    }
    std::string text;
    for (std::size_t i = 0; i < digits.size();) {
        std::size_t end = i;
        while (end + 1 < digits.size() && digits[end + 1] == digits[end] + 1) {
            ++end;
        }
        text += std::to_string(digits[i]);
        if (end > i) {
            if (end > i + 1) {
                text += '-';
            }
            text += std::to_string(digits[end]);
        }
        i = end + 1;
    }
    return enclosed('[', text, ']');
}

// "mlp\.(gate_proj|up_proj)": what shares a parent is named once.
std::string suffixesExpression(const std::vector<std::string>& suffixes)
{
    std::vector<std::string> parents;
    std::map<std::string, std::vector<std::string>> leaves;
    for (const std::string& suffix : suffixes) {
        const std::size_t cut = suffix.rfind('.') + 1;
        const std::string parent = suffix.substr(0, cut);
        if (!leaves.contains(parent)) {
            parents.push_back(parent);
        }
        leaves[parent].push_back(escapedName(suffix.substr(cut)));
    }
    std::vector<std::string> parts;
    for (const std::string& parent : parents) {
        parts.push_back(escapedName(parent) + joined(leaves[parent]));
    }
    return joined(parts);
}

// Of two forms of about the same length, people read the one that says what is trained.
constexpr std::size_t kCostOfExclusion = 12;

std::size_t cost(const engine::contract::Value& settings)
{
    return toJson(settings).size() + (settings.contains("exclude") ? kCostOfExclusion : 0);
}

} // namespace

std::string layersExpression(const std::vector<int>& layers)
{
    std::map<int, std::vector<int>> byTens;
    for (const int layer : layers) {
        byTens[layer / 10].push_back(layer % 10);
    }
    std::vector<std::string> parts;
    for (const auto& [tens, digits] : byTens) {
        parts.push_back((tens > 0 ? std::to_string(tens) : "") + digitClass(digits));
    }
    return joined(parts);
}

std::string escapedName(const std::string& name)
{
    std::string text;
    for (const char c : name) {
        if (std::string_view("\\^$.|?*+()[]{}/").find(c) != std::string_view::npos) {
            text += '\\';
        }
        text += c;
    }
    return text;
}

std::string PatternWriter::columnName(int column) const
{
    return m_grid.columns()[static_cast<std::size_t>(column)].key;
}

std::string PatternWriter::cellName(int index) const
{
    const GridModule& module = m_grid.modules()[static_cast<std::size_t>(index)];
    return module.layer < 0 ? module.name : std::to_string(module.layer) + "." + module.suffix;
}

PatternWriter::Value PatternWriter::layersWith(const Flags& on) const
{
    std::vector<int> layers;
    bool isEvery = true;
    for (int row = 0; row < static_cast<int>(m_grid.rows().size()); ++row) {
        const int layer = m_grid.rows()[static_cast<std::size_t>(row)];
        bool any = false;
        for (int column = 0; column < static_cast<int>(m_grid.columns().size()); ++column) {
            const int index = m_grid.indexAt(row, column);
            any = any || (index >= 0 && on[static_cast<std::size_t>(index)]);
        }
        // A list of layers leaves out what lies outside the layers.
        if (layer < 0 && any) {
            return "all";
        }
        if (layer >= 0 && any) {
            layers.push_back(layer);
        }
        isEvery = isEvery && (any || layer < 0);
    }
    return isEvery || layers.empty() ? Value("all") : Value::list(layers);
}

namespace {

// The cells of one column that a list of layers lets through.
struct ColumnCells
{
    std::vector<int> on;
    std::vector<int> off;
};

ColumnCells cellsOf(const ModuleGrid& grid,
                    int column,
                    const std::vector<bool>& on,
                    const engine::contract::Value& layers)
{
    ColumnCells cells;
    const engine::contract::Value::List& list = layers.toList();
    for (int row = 0; row < static_cast<int>(grid.rows().size()); ++row) {
        const int index = grid.indexAt(row, column);
        const engine::contract::Value layer(grid.rows()[static_cast<std::size_t>(row)]);
        if (index < 0
            || (layers.isList() && std::find(list.begin(), list.end(), layer) == list.end())) {
            continue;
        }
        (on[static_cast<std::size_t>(index)] ? cells.on : cells.off).push_back(index);
    }
    return cells;
}

engine::contract::Value targetObject(const engine::contract::Value& targets,
                                     const engine::contract::Value& exclude,
                                     const engine::contract::Value& layers)
{
    engine::contract::Value object = engine::contract::Value::Object();
    if (!targets.isString() || targets.toString() != "all-linear") {
        object.set("targets", targets);
    }
    if (!exclude.toList().empty()) {
        object.set("exclude", exclude);
    }
    if (layers.isList()) {
        object.set("layers", layers);
    }
    return object;
}

} // namespace

PatternWriter::Value PatternWriter::exceptCandidate(const Flags& on, const Value& layers) const
{
    Value exclude = Value::List();
    for (int column = 0; column < static_cast<int>(m_grid.columns().size()); ++column) {
        const ColumnCells cells = cellsOf(m_grid, column, on, layers);
        const std::vector<int>& any = cells.off.empty() ? cells.on : cells.off;
        if (any.empty() || cells.off.empty()) {
            continue;
        }
        const GridModule& module = m_grid.modules()[static_cast<std::size_t>(any.front())];
        if (module.isSlice || module.isOutputHead()) {
            continue;
        }
        if (cells.on.empty()) {
            exclude.append(columnName(column));
            continue;
        }
        for (const int index : cells.off) {
            exclude.append(cellName(index));
        }
    }
    return targetObject("all-linear", exclude, layers);
}

PatternWriter::Value PatternWriter::listCandidate(const Flags& on, const Value& layers) const
{
    Value targets = Value::List();
    Value exclude = Value::List();
    Value singles = Value::List();
    for (int column = 0; column < static_cast<int>(m_grid.columns().size()); ++column) {
        const ColumnCells cells = cellsOf(m_grid, column, on, layers);
        if (cells.on.empty()) {
            continue;
        }
        if (cells.off.size() > cells.on.size()) {
            for (const int index : cells.on) {
                singles.append(cellName(index));
            }
            continue;
        }
        targets.append(columnName(column));
        for (const int index : cells.off) {
            exclude.append(cellName(index));
        }
    }
    for (const Value& single : singles.toList()) {
        targets.append(single);
    }
    return targetObject(targets, exclude, layers);
}

std::vector<std::string> PatternWriter::blockExpressions(const Flags& on) const
{
    std::map<std::vector<int>, std::vector<std::string>> columnsByLayers;
    std::vector<std::vector<int>> order;
    for (int column = 0; column < static_cast<int>(m_grid.columns().size()); ++column) {
        std::map<std::string, std::vector<int>> layersBySuffix;
        for (const int index : cellsOf(m_grid, column, on, "all").on) {
            const GridModule& module = m_grid.modules()[static_cast<std::size_t>(index)];
            if (module.layer >= 0) {
                layersBySuffix[module.suffix].push_back(module.layer);
            }
        }
        for (const auto& [suffix, layers] : layersBySuffix) {
            if (!columnsByLayers.contains(layers)) {
                order.push_back(layers);
            }
            columnsByLayers[layers].push_back(suffix);
        }
    }
    std::vector<std::string> expressions;
    for (const std::vector<int>& layers : order) {
        const bool isEvery = static_cast<int>(layers.size()) == m_grid.layers();
        expressions.push_back((isEvery ? "\\d+" : layersExpression(layers)) + "\\."
                              + suffixesExpression(columnsByLayers[layers]));
    }
    return expressions;
}

PatternWriter::Value PatternWriter::expressionCandidate(const Flags& on) const
{
    std::vector<std::string> outside;
    for (std::size_t i = 0; i < on.size(); ++i) {
        if (on[i] && m_grid.modules()[i].isOutputHead()) {
            outside.push_back(escapedName(m_grid.modules()[i].name));
        }
    }
    std::string expression;
    const std::vector<std::string> blocks = blockExpressions(on);
    if (!blocks.empty()) {
        expression = ".*\\." + joined(blocks);
    }
    for (const std::string& name : outside) {
        if (!expression.empty()) {
            expression += '|';
        }
        expression += name;
    }
    return targetObject(expression, Value::List(), "all");
}

PatternWriter::Value PatternWriter::nameCandidate(const Flags& on) const
{
    Value targets = Value::List();
    for (std::size_t i = 0; i < on.size(); ++i) {
        if (on[i]) {
            targets.append(m_grid.modules()[i].name);
        }
    }
    return targetObject(targets, Value::List(), "all");
}

PatternWriter::Value PatternWriter::shortest(std::vector<Value> candidates, const Flags& on) const
{
    std::stable_sort(candidates.begin(), candidates.end(), [](const Value& a, const Value& b) {
        return cost(a) < cost(b);
    });
    for (const Value& candidate : candidates) {
        const SelectionReading reading = selectionOf(candidate, m_grid, {});
        bool isSame = reading.problem.isEmpty();
        for (std::size_t i = 0; i < on.size() && isSame; ++i) {
            isSame = on[i] == (reading.selection.ranks[i] > 0);
        }
        if (isSame) {
            return candidate;
        }
    }
    return nameCandidate(on);
}

PatternWriter::Value PatternWriter::targets(const Flags& on,
                                            const std::vector<std::string>& unknown) const
{
    if (std::find(on.begin(), on.end(), true) == on.end()) {
        return Value::object({{"targets", Value::List()}});
    }
    const Value layers = layersWith(on);
    std::vector<Value> candidates = {exceptCandidate(on, "all"), listCandidate(on, "all")};
    if (layers.isList()) {
        candidates.push_back(exceptCandidate(on, layers));
        candidates.push_back(listCandidate(on, layers));
    }
    std::erase_if(candidates, [&unknown](const Value& candidate) {
        return std::any_of(unknown.begin(), unknown.end(), [&candidate](const std::string& key) {
            return candidate.contains(key);
        });
    });
    candidates.push_back(expressionCandidate(on));
    return shortest(std::move(candidates), on);
}

PatternWriter::Value PatternWriter::numberCandidate(const Flags& on,
                                                    const std::vector<double>& values,
                                                    double fallback,
                                                    bool wholeColumns,
                                                    bool wholeLayers) const
{
    Value patterns = Value::Object();
    std::map<double, Flags> left; // cells of each number that no key covers yet
    for (std::size_t i = 0; i < on.size(); ++i) {
        if (on[i] && values[i] != fallback) {
            left.try_emplace(values[i], on.size(), false).first->second[i] = true;
        }
    }
    const auto number = [](double value) {
        const auto whole = static_cast<int64_t>(value);
        return static_cast<double>(whole) == value ? Value(whole) : Value(value);
    };
    // A line of cells whose targets all have one number takes one key.
    const auto takeLine = [&](const std::vector<int>& cells, const std::string& key) {
        std::vector<int> targets;
        for (const int index : cells) {
            if (index >= 0 && on[static_cast<std::size_t>(index)]) {
                targets.push_back(index);
            }
        }
        for (auto& [value, flags] : left) {
            const bool isWhole =
                targets.size() > 1 && std::all_of(targets.begin(), targets.end(), [&](int index) {
                    return flags[static_cast<std::size_t>(index)];
                });
            if (isWhole) {
                patterns.set(key, number(value));
                for (const int index : targets) {
                    flags[static_cast<std::size_t>(index)] = false;
                }
            }
        }
    };
    const int rows = static_cast<int>(m_grid.rows().size());
    const int columns = static_cast<int>(m_grid.columns().size());
    for (int column = 0; wholeColumns && column < columns; ++column) {
        std::vector<int> cells;
        for (int row = 0; row < rows; ++row) {
            cells.push_back(m_grid.indexAt(row, column));
        }
        takeLine(cells, escapedName(columnName(column)));
    }
    for (int row = 0; wholeLayers && row < rows; ++row) {
        std::vector<int> cells;
        for (int column = 0; column < columns; ++column) {
            cells.push_back(m_grid.indexAt(row, column));
        }
        const int layer = m_grid.rows()[static_cast<std::size_t>(row)];
        if (layer >= 0) {
            takeLine(cells, std::to_string(layer) + "\\..*");
        }
    }
    for (const auto& [value, flags] : left) {
        for (const std::string& key : blockExpressions(flags)) {
            patterns.set(key, number(value));
        }
        for (std::size_t i = 0; i < flags.size(); ++i) {
            if (flags[i] && m_grid.modules()[i].isOutputHead()) {
                patterns.set(escapedName(m_grid.modules()[i].name), number(value));
            }
        }
    }
    return patterns;
}

PatternWriter::Value
PatternWriter::numbers(const Flags& on, const std::vector<double>& values, double fallback) const
{
    std::vector<Value> candidates = {numberCandidate(on, values, fallback, true, false),
                                     numberCandidate(on, values, fallback, true, true),
                                     numberCandidate(on, values, fallback, false, false)};
    std::stable_sort(candidates.begin(), candidates.end(), [](const Value& a, const Value& b) {
        return cost(a) < cost(b);
    });
    for (const Value& candidate : candidates) {
        const std::vector<double> read = ModulePattern::numbers(candidate, m_grid, fallback);
        bool isSame = true;
        for (std::size_t i = 0; i < on.size() && isSame; ++i) {
            isSame = !on[i] || read[i] == values[i];
        }
        for (const auto& [key, value] : candidate.toObject()) {
            isSame = isSame && key.size() < kLongestKey;
        }
        if (isSame) {
            return candidate;
        }
    }
    Value byName = Value::Object();
    for (std::size_t i = 0; i < on.size(); ++i) {
        if (on[i] && values[i] != fallback) {
            byName.set(escapedName(m_grid.modules()[i].name), Value(values[i]));
        }
    }
    return byName;
}

} // namespace ui::pages::train
