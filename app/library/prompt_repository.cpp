// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/prompt_repository.h"

namespace app::library {

namespace {

Subject subjectOf(qint64 row)
{
    return {SubjectKind::Prompt, row};
}

} // namespace

Result<qint64> PromptRepository::add(const Prompt& prompt)
{
    qint64 id = 0;
    const auto saved = database().transaction([&]() -> Result<void> {
        const auto added = database().execute(
            QStringLiteral("INSERT INTO prompts(title, system, text, expected, position, made_at)"
                           " SELECT ?, ?, ?, ?, coalesce(max(position) + 1, 0), ? FROM prompts"),
            {prompt.title,
             prompt.system,
             prompt.text,
             prompt.expected,
             toColumn(prompt.made.isValid() ? prompt.made : QDateTime::currentDateTimeUtc())});
        if (!added) {
            return added.error();
        }
        id = added.value().lastId;
        return m_context.index.refresh(subjectOf(id));
    });
    if (!saved) {
        return saved.error();
    }
    m_context.changed(Table::Prompts);
    return id;
}

Result<void> PromptRepository::update(const Prompt& prompt)
{
    return changeSubject(
        Table::Prompts,
        subjectOf(prompt.row),
        QStringLiteral("UPDATE prompts SET title=?, system=?, text=?, expected=? WHERE id=?"),
        {prompt.title, prompt.system, prompt.text, prompt.expected, prompt.row});
}

Result<std::vector<Prompt>> PromptRepository::list(const QString& text) const
{
    std::vector<Prompt> prompts;
    const Condition matches = SearchIndex::matches(SubjectKind::Prompt, QStringLiteral("id"), text);
    auto done = database().select(
        QLatin1String("SELECT id, title, system, text, expected, made_at FROM prompts"
                      " WHERE deleted_at IS NULL AND ")
            + matches.sql + QLatin1String(" ORDER BY position, id"),
        matches.values,
        [&](const Row& row) {
            prompts.push_back(
                {row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.time(5)});
        });
    if (!done) {
        return done.error();
    }
    return prompts;
}

Result<void> PromptRepository::move(qint64 row, int position)
{
    return reorder(Table::Prompts,
                   QStringLiteral("prompts"),
                   QStringLiteral("deleted_at IS NULL"),
                   row,
                   position);
}

Result<void> PromptRepository::trash(qint64 row)
{
    return setTrashed(Table::Prompts, subjectOf(row), QDateTime::currentDateTimeUtc());
}

Result<void> PromptRepository::restore(qint64 row)
{
    return setTrashed(Table::Prompts, subjectOf(row), {});
}

Result<void> PromptRepository::purge(qint64 row)
{
    return forget(Table::Prompts, subjectOf(row));
}

} // namespace app::library
