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
    QString encoding = {};              // chosen by a person; empty: as detected
    QString edits = {};                 // file of edits; empty: there are none

    // The arguments of a question about the file as it stands, with its columns mapped.
    engine::contract::Value asItStands() const;
    // The same with the edits applied.
    engine::contract::Value edited() const;

    bool operator==(const DataSource&) const = default;
};

// What is said while it is read, of bytes: "1.2 GB of 2.0 GB · 340,000 rows".
QString readingWords(qint64 done, qint64 total, qint64 rows);

} // namespace ui::pages::data
