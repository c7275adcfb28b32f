// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/repository.h"

#include "app/base/text.h"
#include "app/library/side_file_writer.h"
#include "engine/contract/error_codes.h"

#include <algorithm>

namespace app::library {

namespace {

struct RepositoryText
{
    Q_DECLARE_TR_FUNCTIONS(app::library::Repository)
};

QString tableOf(SubjectKind kind)
{
    switch (kind) {
    case SubjectKind::BaseModel:
        return QStringLiteral("base_models");
    case SubjectKind::Dataset:
        return QStringLiteral("datasets");
    case SubjectKind::Run:
        return QStringLiteral("runs");
    case SubjectKind::Adapter:
        return QStringLiteral("adapters");
    case SubjectKind::Chat:
        return QStringLiteral("chats");
    case SubjectKind::Prompt:
        return QStringLiteral("prompts");
    }
    return {};
}

bool hasSideFile(SubjectKind kind)
{
    return kind == SubjectKind::Run || kind == SubjectKind::Adapter;
}

} // namespace

Error notInLibrary()
{
    return {std::string(::engine::contract::code::kNotFound),
            stdString(RepositoryText::tr("This is not in the library any more")),
            stdString(RepositoryText::tr("Reload the page")),
            {}};
}

Result<void> Repository::change(Table table, const QString& sql, const QVariantList& values) const
{
    const auto changed = database().execute(sql, values);
    if (!changed) {
        return changed.error();
    }
    if (changed.value().rows == 0) {
        return notInLibrary();
    }
    m_context.changed(table);
    return {};
}

Result<void> Repository::changeSubject(Table table,
                                       Subject subject,
                                       const QString& sql,
                                       const QVariantList& values) const
{
    const auto changed = database().transaction([&]() -> Result<void> {
        if (auto done = database().execute(sql, values); !done || done.value().rows == 0) {
            return done ? notInLibrary() : done.error();
        }
        return m_context.index.refresh(subject);
    });
    if (!changed) {
        return changed;
    }
    m_context.changed(table);
    return mirror(subject);
}

Result<void> Repository::setTrashed(Table table, Subject subject, const QDateTime& when) const
{
    return changeSubject(
        table,
        subject,
        QStringLiteral("UPDATE %1 SET deleted_at=? WHERE id=?").arg(tableOf(subject.kind)),
        {toColumn(when), subject.row});
}

Result<void> Repository::rename(Table table, Subject subject, const QString& name) const
{
    const QString trimmed = name.simplified();
    if (trimmed.isEmpty()) {
        return Error{std::string(::engine::contract::code::kBadArgument),
                     stdString(RepositoryText::tr("A name cannot be empty")),
                     {},
                     {}};
    }
    const QString mark = hasSideFile(subject.kind) ? QStringLiteral(", is_renamed=1") : QString();
    return changeSubject(
        table,
        subject,
        QStringLiteral("UPDATE %1 SET name=?%2 WHERE id=?").arg(tableOf(subject.kind), mark),
        {trimmed, subject.row});
}

Result<void> Repository::forget(Table table, Subject subject) const
{
    return changeSubject(table,
                         subject,
                         QStringLiteral("DELETE FROM %1 WHERE id=?").arg(tableOf(subject.kind)),
                         {subject.row});
}

Result<void> Repository::reorder(
    Table table, const QString& sqlTable, const QString& among, qint64 row, int position) const
{
    const auto moved = database().transaction([&]() -> Result<void> {
        std::vector<qint64> rows;
        auto read = database().select(
            QStringLiteral("SELECT id FROM %1 WHERE %2 ORDER BY position, id").arg(sqlTable, among),
            {},
            [&](const Row& record) { rows.push_back(record.integer(0)); });
        if (!read) {
            return read;
        }
        if (std::erase(rows, row) == 0) {
            return notInLibrary();
        }
        rows.insert(rows.begin() + std::clamp(position, 0, int(rows.size())), row);
        for (size_t i = 0; i < rows.size(); ++i) {
            const auto numbered = database().execute(
                QStringLiteral("UPDATE %1 SET position=? WHERE id=?").arg(sqlTable),
                {qint64(i), rows[i]});
            if (!numbered) {
                return numbered.error();
            }
        }
        return {};
    });
    if (moved) {
        m_context.changed(table);
    }
    return moved;
}

Result<void> Repository::mirror(Subject subject) const
{
    if (!hasSideFile(subject.kind)) {
        return {};
    }
    const QString sql =
        subject.kind == SubjectKind::Run
            ? QStringLiteral("SELECT folder || '/run', name, is_renamed, deleted_at FROM runs"
                             " WHERE id=?")
            : QStringLiteral("SELECT path, name, is_renamed, deleted_at FROM adapters WHERE id=?");
    QString folder;
    SideFile side;
    auto read = database().select(sql, {subject.row}, [&](const Row& row) {
        folder = row.text(0);
        side.name = row.boolean(2) ? row.text(1) : QString();
        side.trashed = row.time(3);
    });
    if (!read || folder.isEmpty()) {
        return read;
    }
    const QVariantList key = {int(subject.kind), subject.row};
    read = database().select(QStringLiteral("SELECT name FROM tag_links JOIN tags ON id=tag_id"
                                            " WHERE kind=? AND subject=? ORDER BY name"),
                             key,
                             [&](const Row& row) { side.tags << row.text(0); });
    if (!read) {
        return read;
    }
    read = database().select(QStringLiteral("SELECT text FROM notes WHERE kind=? AND subject=?"),
                             key,
                             [&](const Row& row) { side.note = row.text(0); });
    if (read) {
        m_context.sideFiles.write(folder, side);
    }
    return read;
}

} // namespace app::library
