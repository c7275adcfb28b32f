// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Full-text search over names, notes, tags and bases, in any script: trigrams from three characters
// on, LIKE below, so that one Korean syllable is found too. Text is compared NFKC-normalised and
// case-folded. GUI thread only.
#pragma once

#include "app/library/database.h"
#include "app/library/subject.h"

#include <QVariant>

namespace app::library {

struct SearchHit
{
    Subject subject;
    QString id; // of a run or adapter; the row's number otherwise
    QString name;
    QString detail; // base, path or folder
};

// A piece of a WHERE clause with what it binds.
struct Condition
{
    QString sql;
    QVariantList values;
};

class SearchIndex
{
public:
    explicit SearchIndex(Database& database) : m_database(database) {}

    // Reads what the subject is called now, with note, tags and base, and replaces its entry; a
    // subject that is gone or in the trash loses it.
    Result<void> refresh(Subject subject);
    // Subjects whose name, note, tags or base contain every word of the text, best first.
    Result<std::vector<SearchHit>> find(const QString& text, int limit) const;

    // `row` of rows of this kind which contain every word; always true for an empty text.
    static Condition matches(SubjectKind kind, const QString& column, const QString& text);

private:
    Database& m_database;
};

} // namespace app::library
