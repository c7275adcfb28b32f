// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The ranks of an adapter by layer and kind of module, from the engine's `inspect adapter`.
#pragma once

#include "engine/contract/value.h"

#include <QStringList>

#include <vector>

namespace ui::pages::adapters {

struct RankGrid
{
    QStringList kinds;      // rows: "q", "k" … "down"; the usual order, others by name
    int layers = 0;         // columns
    std::vector<int> ranks; // kinds × layers, kind by kind; 0 = no adapter there
    std::vector<std::pair<int, int>> used; // rank, modules; the most frequent first

    int rank(int kind, int layer) const { return ranks[size_t(kind * layers + layer)]; }
    bool isEmpty() const { return layers == 0; }
};

// Modules outside the layers (a head, an embedding) have no place in it.
RankGrid rankGrid(const ::engine::contract::Value& inspected);

} // namespace ui::pages::adapters
