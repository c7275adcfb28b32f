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

// The failure of a question for one row that is not there.
Error notInLibrary();
// The first of what was read, or notInLibrary().
template <typename T>
Result<T> firstOf(Result<std::vector<T>> found)
{
    if (!found) {
        return found.error();
    }
    if (found.value().empty()) {
        return notInLibrary();
    }
    return std::move(std::move(found).value().front());
}

class Repository
{
protected:
    explicit Repository(RepositoryContext& context) : m_context(context) {}

    Database& database() const { return m_context.database; }
    // Runs one statement and tells the listeners. Fails with kNotFound where no row was changed.
    Result<void> change(Table table, const QString& sql, const QVariantList& values) const;
    // The same, and the subject is found under what it is called now.
    Result<void> changeSubject(Table table,
                               Subject subject,
                               const QString& sql,
                               const QVariantList& values) const;
    // Puts it into the trash, or out of it with an invalid time; with its search entry, side file
    // and the listeners.
    Result<void> setTrashed(Table table, Subject subject, const QDateTime& when) const;
    Result<void> rename(Table table, Subject subject, const QString& name) const;
    // The row of the table for good; what was written about it goes too.
    Result<void> forget(Table table, Subject subject) const;
    // Puts one row at a place among those for which `among` holds and numbers them anew.
    Result<void> reorder(
        Table table, const QString& sqlTable, const QString& among, qint64 row, int position) const;
    // Writes name, tags, note and trash of a run or adapter to its side file; nothing for others.
    Result<void> mirror(Subject subject) const;

    RepositoryContext& m_context;
};

} // namespace app::library
