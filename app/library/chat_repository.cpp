// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/chat_repository.h"

#include "app/base/text.h"

namespace app::library {

using ::engine::contract::parseJson;
using ::engine::contract::Value;

namespace {

Subject subjectOf(qint64 row)
{
    return {SubjectKind::Chat, row};
}

} // namespace

Result<qint64> ChatRepository::save(const Chat& chat)
{
    qint64 id = chat.row;
    const QVariant now = toColumn(QDateTime::currentDateTimeUtc());
    const QString content = qs(toJson(chat.content));
    const auto saved = database().transaction([&]() -> Result<void> {
        const auto changed =
            id == 0 ? database().execute(
                QStringLiteral("INSERT INTO chats(title, model, content, made_at, changed_at)"
                               " VALUES(?,?,?,?,?)"),
                {chat.title, chat.model, content, now, now})
                    : database().execute(
                        QStringLiteral("UPDATE chats SET title=?, model=?, content=?, changed_at=?"
                                       " WHERE id=?"),
                        {chat.title, chat.model, content, now, id});
        if (!changed) {
            return changed.error();
        }
        if (changed.value().rows == 0) {
            return notInLibrary();
        }
        id = id == 0 ? changed.value().lastId : id;
        return m_context.index.refresh(subjectOf(id));
    });
    if (!saved) {
        return saved.error();
    }
    m_context.changed(Table::Chats);
    return id;
}

Result<Chat> ChatRepository::find(qint64 row) const
{
    std::vector<Chat> found;
    auto done = database().select(
        QStringLiteral("SELECT id, title, model, content, made_at, changed_at FROM chats"
                       " WHERE id=?"),
        {row},
        [&](const Row& record) {
            auto content = parseJson(stdString(record.text(3)));
            found.push_back({record.integer(0),
                             record.text(1),
                             record.text(2),
                             content ? std::move(content).value() : Value(),
                             record.time(4),
                             record.time(5)});
        });
    return done ? firstOf(Result<std::vector<Chat>>(std::move(found))) : Result<Chat>(done.error());
}

Result<std::vector<Chat>> ChatRepository::list(const QString& text, int limit) const
{
    std::vector<Chat> chats;
    const Condition matches = SearchIndex::matches(SubjectKind::Chat, QStringLiteral("id"), text);
    auto done = database().select(
        QLatin1String("SELECT id, title, model, made_at, changed_at FROM chats"
                      " WHERE deleted_at IS NULL AND ")
            + matches.sql + QLatin1String(" ORDER BY changed_at DESC, id DESC LIMIT ?"),
        matches.values + QVariantList{limit},
        [&](const Row& row) {
            chats.push_back(
                {row.integer(0), row.text(1), row.text(2), {}, row.time(3), row.time(4)});
        });
    if (!done) {
        return done.error();
    }
    return chats;
}

Result<void> ChatRepository::trash(qint64 row)
{
    return setTrashed(Table::Chats, subjectOf(row), QDateTime::currentDateTimeUtc());
}

Result<void> ChatRepository::restore(qint64 row)
{
    return setTrashed(Table::Chats, subjectOf(row), {});
}

Result<void> ChatRepository::purge(qint64 row)
{
    return forget(Table::Chats, subjectOf(row));
}

} // namespace app::library
