// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/job_repository.h"

#include "app/base/text.h"

namespace app::library {

using ::engine::contract::parseJson;
using ::engine::contract::Value;

Result<qint64> JobRepository::add(JobKind kind, const QString& name, const Value& job)
{
    const QVariant now = toColumn(QDateTime::currentDateTimeUtc());
    const auto added = database().execute(
        QStringLiteral(
            "INSERT INTO jobs(kind, name, job, position, made_at, changed_at)"
            " SELECT ?, ?, ?, coalesce(max(position) + 1, 0), ?, ? FROM jobs WHERE kind=?"),
        {int(kind), name, qs(toJson(job)), now, now, int(kind)});
    if (!added) {
        return added.error();
    }
    m_context.changed(Table::Jobs);
    return added.value().lastId;
}

Result<void> JobRepository::update(qint64 row, const QString& name, const Value& job)
{
    return change(Table::Jobs,
                  QStringLiteral("UPDATE jobs SET name=?, job=?, changed_at=? WHERE id=?"),
                  {name, qs(toJson(job)), toColumn(QDateTime::currentDateTimeUtc()), row});
}

Result<std::vector<StoredJob>> JobRepository::list(JobKind kind) const
{
    return read(kind == JobKind::Queued
                    ? QStringLiteral("WHERE kind=? ORDER BY position, id")
                    : QStringLiteral("WHERE kind=? ORDER BY changed_at DESC, id DESC"),
                {int(kind)});
}

Result<StoredJob> JobRepository::find(qint64 row) const
{
    return firstOf(read(QStringLiteral("WHERE id=?"), {row}));
}

Result<StoredJob> JobRepository::findByName(JobKind kind, const QString& name) const
{
    return firstOf(read(QStringLiteral("WHERE kind=? AND name=? ORDER BY id DESC LIMIT 1"),
                        {int(kind), name}));
}

Result<void> JobRepository::move(qint64 row, int position)
{
    return reorder(Table::Jobs,
                   QStringLiteral("jobs"),
                   QStringLiteral("kind=(SELECT kind FROM jobs WHERE id=%1)").arg(row),
                   row,
                   position);
}

Result<void> JobRepository::remove(qint64 row)
{
    return change(Table::Jobs, QStringLiteral("DELETE FROM jobs WHERE id=?"), {row});
}

Result<std::vector<StoredJob>> JobRepository::read(const QString& tail,
                                                   const QVariantList& values) const
{
    std::vector<StoredJob> jobs;
    auto done = database().select(
        QLatin1String("SELECT id, kind, name, job, made_at, changed_at FROM jobs ") + tail,
        values,
        [&](const Row& row) {
            auto job = parseJson(stdString(row.text(3)));
            jobs.push_back({row.integer(0),
                            JobKind(row.integer(1)),
                            row.text(2),
                            job ? std::move(job).value() : Value(),
                            row.time(4),
                            row.time(5)});
        });
    if (!done) {
        return done.error();
    }
    return jobs;
}

} // namespace app::library
