// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The modules of one checkpoint that a method can be given, laid out as layers × kinds. Made from
// the answer of `inspect model --tree`; plain value type.
#pragma once

#include "engine/contract/value.h"

#include <QString>

#include <cstdint>
#include <string>
#include <vector>

namespace ui::pages::train {

// A linear module, or one slice of a fused one.
struct GridModule
{
    std::string name;      // "model.layers.3.mlp.up_proj", "transformer.h.0.attn.c_attn.q"
    std::string owner;     // the stored module; differs from `name` for slices
    std::string shortName; // "up"; empty where the family has none
    std::string suffix;    // what follows the layer's number; the whole name outside the layers
    QString text;          // `name`, for expressions
    QString ownerText;
    QString shortText;
    int layer = -1; // -1 outside the layers
    int column = 0;
    int64_t in = 0;
    int64_t out = 0;
    int64_t bias = 0; // numbers in the stored module's bias
    bool isSlice = false;

    bool isOutputHead() const { return layer < 0; }
};

// Where in a block a column belongs.
enum class ColumnGroup { Attention, Mlp, Other, Outside };

struct GridColumn
{
    std::string key; // short name, else the suffix; names the column in settings
    QString title;   // "q", "c_attn"
    ColumnGroup group = ColumnGroup::Other;
    int64_t in = 0; // 0 where layers differ
    int64_t out = 0;
};

// Any module of the checkpoint, for counting.
struct StoredModule
{
    std::string name;
    std::string shortName;
    int64_t parameters = 0;
    int64_t bias = 0;
};

class ModuleGrid
{
public:
    // An answer without modules gives an empty grid.
    static ModuleGrid fromInspection(const engine::contract::Value& inspection);

    bool isEmpty() const { return m_modules.empty(); }
    // In forward order; a fused module stands before its slices.
    const std::vector<GridModule>& modules() const { return m_modules; }
    const std::vector<GridColumn>& columns() const { return m_columns; }
    // Layer numbers from the top; -1 comes last, where modules lie outside the layers.
    const std::vector<int>& rows() const { return m_rows; }
    const std::vector<StoredModule>& stored() const { return m_stored; }
    int layers() const { return m_layers; }
    int64_t parameters() const { return m_parameters; }
    // Index into modules(), or -1 where this layer has no such module.
    int indexAt(int row, int column) const;

private:
    int columnOf(const GridModule& module);
    void add(GridModule module);
    void shortenKeys();
    void placeCells();

    std::vector<GridModule> m_modules;
    std::vector<GridColumn> m_columns;
    std::vector<StoredModule> m_stored;
    std::vector<int> m_rows;
    std::vector<int> m_cells; // rows × columns
    int m_layers = 0;
    int64_t m_parameters = 0;
};

} // namespace ui::pages::train
