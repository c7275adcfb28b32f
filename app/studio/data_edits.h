// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a person changed in a data file without touching it: the rows that are changed or left out,
// by the SHA-256 of the row in the file, the roles of its columns and its encoding. One file of
// JSON Lines for each data file, which the engine applies (docs/formats.md). Plain values; any
// thread.
#pragma once

#include "app/base/paths.h"
#include "engine/contract/result.h"
#include "engine/contract/value.h"

#include <QByteArray>
#include <QString>

#include <map>
#include <optional>

namespace app::studio {

struct RowEdit
{
    qint64 index = -1; // of the row in the file, from 0; a hint
    // Members set on the row as the file has it, null takes one away. Null: nothing is set.
    ::engine::contract::Value change = {};
    // The row is this object instead. Null: it is the file's.
    ::engine::contract::Value replacement = {};
    // Read in the place of the row's text; nothing: it is the file's.
    std::optional<QString> text = {};
    bool isDeleted = false;
    bool deletesRepeats = false; // of equal rows all but the first are left out

    bool isChanged() const { return !change.isNull() || !replacement.isNull() || text; }
    bool isEmpty() const { return !isChanged() && !isDeleted && !deletesRepeats; }
    bool operator==(const RowEdit&) const = default;
};

struct DataEdits
{
    std::map<QString, RowEdit> rows;      // by SHA-256
    ::engine::contract::Value roles = {}; // {column: role}; null: as detected
    QString encoding = {};                // of the file; empty: as detected

    bool isEmpty() const { return rows.empty() && roles.toObject().empty() && encoding.isEmpty(); }
    bool operator==(const DataEdits&) const = default;
};

// Later lines win; a "restore" forgets the earlier lines of its row. kBadFile names the line.
::engine::contract::Result<DataEdits> parseEdits(const QByteArray& lines);
// Rows in the order of the file.
QByteArray writtenEdits(const DataEdits& edits);

// Where the edits of that data file or folder are kept, whether there are any or not.
QString editsFile(const Paths& paths, const QString& dataPath);
// Nothing where there is no file. Worker thread.
::engine::contract::Result<DataEdits> loadEdits(const QString& file);
// Takes the file away when there is nothing in them. Worker thread.
::engine::contract::Result<void> saveEdits(const QString& file, const DataEdits& edits);

} // namespace app::studio
