// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What every repository is given: the database, the index and the way to say that something
// changed. One repository per table; no SQL is written anywhere else.
#pragma once

#include "app/library/database.h"
#include "app/library/search_index.h"
#include "app/library/table.h"

#include <functional>

namespace app::library {

class SideFileWriter;

struct RepositoryContext
{
    Database& database;
    SearchIndex& index;
    SideFileWriter& sideFiles;
    std::function<void(Table)> changed;
};

class Repository
{
protected:
    explicit Repository(RepositoryContext& context) : m_context(context) {}

    Database& database() const { return m_context.database; }
    // Runs one statement and tells the listeners; nothing changed where a row was expected is
    // kNotFound.
    Result<void> change(Table table, const QString& sql, const QVariantList& values) const;
    // `deleted_at` of one row, its search entry and the listeners.
    Result<void> setTrashed(Table table, Subject subject, bool isTrashed) const;
    // Writes name, tags, note and trash of a run or adapter to its side file.
    Result<void> mirror(Subject subject) const;

    RepositoryContext& m_context;
};

} // namespace app::library
