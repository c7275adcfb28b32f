// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A data file and how it is read: what the engine is told in every question about it. Plain value.
#pragma once

#include "engine/contract/value.h"

#include <QString>

namespace ui::pages::data {

struct DataSource
{
    QString path;
    QString format = {};                // chosen by a person; empty: as detected
    engine::contract::Value roles = {}; // {column: role}; null: as detected
    QString edits = {};                 // file of edits; empty: there are none

    // The arguments of a question about the file as it stands, with its columns mapped.
    engine::contract::Value asItStands() const;
    // The same with the edits applied.
    engine::contract::Value edited() const;

    bool operator==(const DataSource&) const = default;
};

} // namespace ui::pages::data
