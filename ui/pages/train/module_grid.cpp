// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/module_grid.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace ui::pages::train {

namespace {

using engine::contract::Value;

struct NameParts
{
    int layer = -1;
    std::string suffix;
};

// The first part of the name that is a number is the layer.
NameParts partsOf(const std::string& name)
{
    for (std::size_t start = 0; start < name.size();) {
        const std::size_t end = std::min(name.find('.', start), name.size());
        int layer = -1;
        const auto read = std::from_chars(name.data() + start, name.data() + end, layer);
        if (read.ec == std::errc() && read.ptr == name.data() + end && layer >= 0
            && end < name.size()) {
            return {layer, name.substr(end + 1)};
        }
        start = end + 1;
    }
    return {-1, name};
}

ColumnGroup groupOf(const GridModule& module)
{
    if (module.layer < 0) {
        return ColumnGroup::Outside;
    }
    const std::string parent = "." + module.suffix;
    if (parent.find("attn.") != std::string::npos
        || parent.find("attention.") != std::string::npos) {
        return ColumnGroup::Attention;
    }
    return parent.find(".mlp.") != std::string::npos ? ColumnGroup::Mlp : ColumnGroup::Other;
}

// A slice is a name, or {"name", "rows"} where the parts of the fused weight differ in size.
struct Slice
{
    std::string name;
    int64_t rows = 0;
};

std::vector<Slice> slicesOf(const Value& entry, int64_t out)
{
    std::vector<Slice> slices;
    const Value::List& list = entry["slices"].toList();
    for (const Value& slice : list) {
        if (slice.isString()) {
            slices.push_back({slice.toString(), out / static_cast<int64_t>(list.size())});
        } else {
            slices.push_back({slice["name"].toString(), slice["rows"].toInteger()});
        }
    }
    return slices;
}

} // namespace

int ModuleGrid::columnOf(const GridModule& module)
{
    const std::string& key = module.shortName.empty() ? module.suffix : module.shortName;
    const auto found = std::find_if(
        m_columns.begin(), m_columns.end(), [&key](const GridColumn& c) { return c.key == key; });
    if (found == m_columns.end()) {
        const std::string leaf = key.substr(key.rfind('.') + 1);
        m_columns.push_back(
            {key, QString::fromStdString(leaf), groupOf(module), module.in, module.out});
        return static_cast<int>(m_columns.size()) - 1;
    }
    if (found->in != module.in || found->out != module.out) {
        found->in = 0;
        found->out = 0;
    }
    return static_cast<int>(found - m_columns.begin());
}

void ModuleGrid::add(GridModule module)
{
    const NameParts parts = partsOf(module.name);
    module.layer = parts.layer;
    module.suffix = parts.suffix;
    module.text = QString::fromStdString(module.name);
    module.ownerText = QString::fromStdString(module.owner);
    module.shortText = QString::fromStdString(module.shortName);
    module.column = columnOf(module);
    m_modules.push_back(std::move(module));
}

ModuleGrid ModuleGrid::fromInspection(const Value& inspection)
{
    ModuleGrid grid;
    grid.m_parameters = inspection["parameters"]["total"].toInteger();
    for (const Value& entry : inspection["modules"].toList()) {
        const std::string& kind = entry["kind"].toString();
        const Value::List& shape = entry["shape"].toList();
        int64_t weights = shape.empty() ? 0 : 1;
        for (const Value& size : shape) {
            weights *= size.toInteger();
        }
        GridModule module;
        module.name = entry["name"].toString();
        module.owner = module.name;
        module.shortName = entry["short_name"].toString();
        const int64_t parameters = entry["parameters"].toInteger();
        module.bias = std::max<int64_t>(parameters - weights, 0);
        grid.m_stored.push_back({module.name, module.shortName, parameters, module.bias});
        const bool isTransposed = kind == "conv1d";
        if ((kind != "linear" && !isTransposed) || shape.size() != 2) {
            continue;
        }
        module.out = shape[isTransposed ? 1 : 0].toInteger();
        module.in = shape[isTransposed ? 0 : 1].toInteger();
        grid.add(module);
        for (const Slice& slice : slicesOf(entry, module.out)) {
            GridModule part = module;
            part.name = module.name + "." + slice.name;
            part.shortName = slice.name;
            part.out = slice.rows;
            part.isSlice = true;
            grid.add(std::move(part));
        }
    }
    grid.shortenKeys();
    grid.placeCells();
    return grid;
}

// "attn.c_attn" is named "c_attn" where that means the same modules.
void ModuleGrid::shortenKeys()
{
    for (std::size_t column = 0; column < m_columns.size(); ++column) {
        const std::string leaf = m_columns[column].key.substr(m_columns[column].key.rfind('.') + 1);
        const bool isUnique =
            std::none_of(m_modules.begin(), m_modules.end(), [&](const GridModule& module) {
                return module.column != static_cast<int>(column)
                       && (module.shortName == leaf || ("." + module.name).ends_with("." + leaf));
            });
        if (isUnique) {
            m_columns[column].key = leaf;
        }
    }
}

void ModuleGrid::placeCells()
{
    for (const GridModule& module : m_modules) {
        if (std::find(m_rows.begin(), m_rows.end(), module.layer) == m_rows.end()) {
            m_rows.push_back(module.layer);
        }
        m_layers = std::max(m_layers, module.layer + 1);
    }
    std::sort(m_rows.begin(), m_rows.end(), [](int a, int b) {
        return static_cast<unsigned>(a) < static_cast<unsigned>(b);
    });
    m_cells.assign(m_rows.size() * m_columns.size(), -1);
    for (std::size_t i = 0; i < m_modules.size(); ++i) {
        const auto row =
            std::find(m_rows.begin(), m_rows.end(), m_modules[i].layer) - m_rows.begin();
        m_cells[static_cast<std::size_t>(row) * m_columns.size()
                + static_cast<std::size_t>(m_modules[i].column)] = static_cast<int>(i);
    }
}

int ModuleGrid::indexAt(int row, int column) const
{
    const int width = static_cast<int>(m_columns.size());
    if (row < 0 || column < 0 || column >= width || row >= static_cast<int>(m_rows.size())) {
        return -1;
    }
    return m_cells[static_cast<std::size_t>(row * width + column)];
}

} // namespace ui::pages::train
