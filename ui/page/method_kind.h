// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a tuning method does, in the words and with the sign that every page uses. The catalogue
// says of each method which of these it is; no page knows a method by name.
#pragma once

#include "engine/contract/catalog.h"

#include <QString>

#include <string>
#include <vector>

namespace ui {

struct MethodKind
{
    std::string approach; // the catalogue's word
    QString icon;
    QString title;       // "Train everything"
    QString label;       // "Whole model": in chips and tables
    QString consequence; // what it means for the model that answers, in a sentence or two
};

// In the order in which they are offered, from the most that can be trained to the least.
std::vector<MethodKind> methodKinds();
// Of an approach that this studio does not know: the same without an icon, called "Other".
MethodKind methodKind(const std::string& approach);

// Why what such a method trains has no rank that could be changed; empty where it has.
QString noRankReason(const engine::contract::CatalogEntry& method);

} // namespace ui
