// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/note_repository.h"

namespace app::library {

Result<QString> NoteRepository::of(Subject subject) const
{
    QString text;
    auto read =
        database().select(QStringLiteral("SELECT text FROM notes WHERE kind=? AND subject=?"),
                          {int(subject.kind), subject.row},
                          [&](const Row& row) { text = row.text(0); });
    if (!read) {
        return read.error();
    }
    return text;
}

Result<void> NoteRepository::set(Subject subject, const QString& text)
{
    const auto saved = database().transaction([&]() -> Result<void> {
        const auto changed =
            text.trimmed().isEmpty()
                ? database().execute(QStringLiteral("DELETE FROM notes WHERE kind=? AND subject=?"),
                                     {int(subject.kind), subject.row})
                : database().execute(
                    QStringLiteral("INSERT OR REPLACE INTO notes(kind, subject, text, changed_at)"
                                   " VALUES(?,?,?,?)"),
                    {int(subject.kind),
                     subject.row,
                     text,
                     toColumn(QDateTime::currentDateTimeUtc())});
        return changed ? m_context.index.refresh(subject) : Result<void>(changed.error());
    });
    if (!saved) {
        return saved;
    }
    m_context.changed(Table::Notes);
    return mirror(subject);
}

} // namespace app::library
