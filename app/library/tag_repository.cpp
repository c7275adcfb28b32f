// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/tag_repository.h"

namespace app::library {

Result<QStringList> TagRepository::of(Subject subject) const
{
    QStringList tags;
    auto read = database().select(QStringLiteral("SELECT name FROM tag_links JOIN tags ON id=tag_id"
                                                 " WHERE kind=? AND subject=? ORDER BY name"),
                                  {int(subject.kind), subject.row},
                                  [&](const Row& row) { tags << row.text(0); });
    if (!read) {
        return read.error();
    }
    return tags;
}

Result<void> TagRepository::set(Subject subject, const QStringList& tags)
{
    const auto saved = database().transaction([&]() -> Result<void> {
        const auto cleared =
            database().execute(QStringLiteral("DELETE FROM tag_links WHERE kind=? AND subject=?"),
                               {int(subject.kind), subject.row});
        if (!cleared) {
            return cleared.error();
        }
        for (const QString& tag : tags) {
            const QString name = tag.simplified();
            if (name.isEmpty()) {
                continue;
            }
            for (const auto& [sql, values] :
                 {std::pair<QString, QVariantList>(
                      QStringLiteral("INSERT OR IGNORE INTO tags(name) VALUES(?)"), {name}),
                  {QStringLiteral("INSERT OR IGNORE INTO tag_links(tag_id, kind, subject)"
                                  " SELECT id, ?, ? FROM tags WHERE name=?"),
                   {int(subject.kind), subject.row, name}}}) {
                if (auto added = database().execute(sql, values); !added) {
                    return added.error();
                }
            }
        }
        const auto forgotten = database().execute(
            QStringLiteral("DELETE FROM tags WHERE id NOT IN (SELECT tag_id FROM tag_links)"));
        return forgotten ? m_context.index.refresh(subject) : Result<void>(forgotten.error());
    });
    if (!saved) {
        return saved;
    }
    m_context.changed(Table::Tags);
    return mirror(subject);
}

Result<std::vector<TagCount>> TagRepository::all(SubjectKind kind) const
{
    std::vector<TagCount> tags;
    auto read = database().select(
        QStringLiteral("SELECT name, count(*) FROM tags JOIN tag_links ON tag_id=id WHERE kind=?"
                       " GROUP BY id ORDER BY name"),
        {int(kind)},
        [&](const Row& row) {
            tags.push_back({row.text(0), row.integer(1)});
        });
    if (!read) {
        return read.error();
    }
    return tags;
}

} // namespace app::library
