// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/base_model_repository.h"

#include <QDir>
#include <QFileInfo>

namespace app::library {

namespace {

Subject subjectOf(qint64 row)
{
    return {SubjectKind::BaseModel, row};
}

} // namespace

QString modelName(const QString& folder)
{
    const QStringList parts = QDir::cleanPath(folder).split(QLatin1Char('/'), Qt::SkipEmptyParts);
    if (parts.isEmpty()) {
        return folder;
    }
    const qsizetype snapshots = parts.lastIndexOf(QLatin1String("snapshots"));
    if (snapshots > 0 && parts[snapshots - 1].startsWith(QLatin1String("models--"))) {
        return parts[snapshots - 1].section(QLatin1String("--"), -1);
    }
    return parts.last();
}

Result<qint64> BaseModelRepository::save(const BaseModel& model)
{
    qint64 id = 0;
    const QString path = QDir::cleanPath(model.path);
    const auto saved = database().transaction([&]() -> Result<void> {
        // By content; else the folder whose content is not known on one of the two sides.
        const QVariant sha256 = textOrNull(model.sha256);
        auto found = database().select(
            QStringLiteral("SELECT id FROM base_models WHERE sha256=? OR (path=? AND"
                           " (sha256 IS NULL OR ? IS NULL))"
                           " ORDER BY (sha256 IS ?) DESC, id DESC LIMIT 1"),
            {sha256, path, sha256, sha256},
            [&](const Row& row) { id = row.integer(0); });
        if (!found) {
            return found;
        }
        const QDateTime now = QDateTime::currentDateTimeUtc();
        if (id == 0) {
            const auto added = database().execute(
                QStringLiteral("INSERT INTO base_models(name, path, added_at) VALUES(?,?,?)"),
                {model.name.isEmpty() ? modelName(path) : model.name,
                 path,
                 toColumn(model.added.isValid() ? model.added : now)});
            if (!added) {
                return added.error();
            }
            id = added.value().lastId;
        }
        const auto filled = database().execute(
            QStringLiteral("UPDATE base_models SET sha256=coalesce(sha256, ?), path=?,"
                           " family=coalesce(?, family), dtype=coalesce(?, dtype),"
                           " parameters=coalesce(nullif(?, 0), parameters),"
                           " context=coalesce(nullif(?, 0), context),"
                           " vocabulary=coalesce(nullif(?, 0), vocabulary),"
                           " bytes=coalesce(nullif(?, 0), bytes),"
                           // What an inspection found counts, also when it found nothing.
                           " problems=CASE WHEN ? THEN ? ELSE problems END,"
                           " has_chat_template=max(has_chat_template, ?),"
                           " used_at=coalesce(?, used_at) WHERE id=?"),
            {sha256,
             path,
             textOrNull(model.family),
             textOrNull(model.dtype),
             model.parameters,
             model.context,
             model.vocabulary,
             model.bytes,
             !model.family.isEmpty(),
             model.problems,
             model.hasChatTemplate,
             toColumn(model.used),
             id});
        if (!filled) {
            return filled.error();
        }
        const auto tied = database().execute(
            QStringLiteral("UPDATE adapters SET base_id=? WHERE base_id IS NULL AND"
                           " (base_path=? OR (base_sha256<>'' AND base_sha256=?))"),
            {id, path, model.sha256});
        if (!tied) {
            return tied.error();
        }
        return m_context.index.refresh(subjectOf(id));
    });
    if (!saved) {
        return saved.error();
    }
    m_context.changed(Table::BaseModels);
    return id;
}

Result<BaseModel> BaseModelRepository::find(qint64 row) const
{
    return one(QStringLiteral("WHERE id=?"), {row});
}

Result<BaseModel> BaseModelRepository::findByPath(const QString& path) const
{
    return one(QStringLiteral("WHERE path=? ORDER BY id DESC LIMIT 1"), {QDir::cleanPath(path)});
}

Result<BaseModel> BaseModelRepository::findByHash(const QString& sha256) const
{
    return one(QStringLiteral("WHERE sha256=?"), {sha256});
}

Result<std::vector<BaseModel>> BaseModelRepository::list(const QString& text) const
{
    const Condition matches =
        SearchIndex::matches(SubjectKind::BaseModel, QStringLiteral("id"), text);
    return read(QStringLiteral("WHERE deleted_at IS NULL AND ") + matches.sql
                    + QStringLiteral(" ORDER BY name COLLATE NOCASE, id"),
                matches.values);
}

Result<void> BaseModelRepository::rename(qint64 row, const QString& name)
{
    return Repository::rename(Table::BaseModels, subjectOf(row), name);
}

Result<void> BaseModelRepository::moved(qint64 row, const QString& path)
{
    return changeSubject(Table::BaseModels,
                         subjectOf(row),
                         QStringLiteral("UPDATE base_models SET path=? WHERE id=?"),
                         {QDir::cleanPath(path), row});
}

Result<void> BaseModelRepository::used(qint64 row)
{
    return change(Table::BaseModels,
                  QStringLiteral("UPDATE base_models SET used_at=? WHERE id=?"),
                  {toColumn(QDateTime::currentDateTimeUtc()), row});
}

Result<void> BaseModelRepository::trash(qint64 row)
{
    return setTrashed(Table::BaseModels, subjectOf(row), QDateTime::currentDateTimeUtc());
}

Result<void> BaseModelRepository::restore(qint64 row)
{
    return setTrashed(Table::BaseModels, subjectOf(row), {});
}

Result<std::vector<BaseModel>> BaseModelRepository::trashed() const
{
    return read(QStringLiteral("WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC"), {});
}

Result<void> BaseModelRepository::purge(qint64 row)
{
    return forget(Table::BaseModels, subjectOf(row));
}

Result<std::vector<BaseModel>> BaseModelRepository::read(const QString& tail,
                                                         const QVariantList& values) const
{
    std::vector<BaseModel> models;
    auto done = database().select(
        QStringLiteral("SELECT id, sha256, name, path, family, dtype, parameters, context,"
                       " vocabulary, bytes, problems, has_chat_template, added_at, used_at,"
                       " deleted_at FROM base_models ")
            + tail,
        values,
        [&](const Row& row) {
            models.push_back({row.integer(0),
                              row.text(1),
                              row.text(2),
                              row.text(3),
                              row.text(4),
                              row.text(5),
                              row.integer(6),
                              row.integer(7),
                              row.integer(8),
                              row.integer(9),
                              row.integer(10),
                              row.boolean(11),
                              row.time(12),
                              row.time(13),
                              row.time(14)});
        });
    if (!done) {
        return done.error();
    }
    return models;
}

Result<BaseModel> BaseModelRepository::one(const QString& tail, const QVariantList& values) const
{
    return firstOf(read(tail, values));
}

} // namespace app::library
