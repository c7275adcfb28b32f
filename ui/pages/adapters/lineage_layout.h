// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Where an adapter comes from and what came of it, as a small graph: read from the library, placed
// left to right. No painting here.
#pragma once

#include "app/library/library.h"

#include <QPoint>

namespace ui::pages::adapters {

struct LineageNode
{
    enum class Kind { Base, Trained, Continued, Combined, ReRanked, Extracted, Imported, Unknown };

    Kind kind = Kind::Trained;
    QString name;
    QString detail;         // "trained · 8.80 M"
    qint64 adapter = 0;     // its row; 0 for a base and for what the library does not know
    QString base;           // path, of a base
    bool isSubject = false; // the one that is looked at
    bool isTrashed = false;
    QPoint place; // column, row
};

struct LineageEdge
{
    int from = 0; // indices into nodes
    int to = 0;
};

struct Lineage
{
    std::vector<LineageNode> nodes;
    std::vector<LineageEdge> edges;
    int columns = 0;
    int rows = 0;
    int hidden = 0; // relatives left out because they are too many
};

// The adapter, its ancestors, its children with their other parents, and the base at the left.
// At most 24 adapters.
Lineage readLineage(app::library::Library& library, const app::library::Adapter& adapter);
// Columns by generation, rows so that few edges cross.
void placeLineage(Lineage& lineage);

} // namespace ui::pages::adapters
