// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/dataset_repository.h"

#include <QDir>
#include <QFileInfo>

namespace app::library {

namespace {

Subject subjectOf(qint64 row)
{
    return {SubjectKind::Dataset, row};
}

} // namespace

Result<qint64> DatasetRepository::save(const Dataset& dataset)
{
    qint64 id = 0;
    const QString path = QDir::cleanPath(dataset.path);
    const auto saved = database().transaction([&]() -> Result<void> {
        // By content first; a file that was edited keeps its place unless a run used the old one.
        const QVariant sha256 = textOrNull(dataset.sha256);
        auto found = database().select(
            QStringLiteral(
                "SELECT id FROM datasets d WHERE sha256=? OR (path=? AND (sha256 IS NULL"
                " OR ? IS NULL OR NOT EXISTS (SELECT 1 FROM runs WHERE dataset_id=d.id)))"
                " ORDER BY (sha256 IS ?) DESC, id DESC LIMIT 1"),
            {sha256, path, sha256, sha256},
            [&](const Row& row) { id = row.integer(0); });
        if (!found) {
            return found;
        }
        if (id == 0) {
            const QDateTime now = QDateTime::currentDateTimeUtc();
            const auto added = database().execute(
                QStringLiteral("INSERT INTO datasets(name, path, added_at) VALUES(?,?,?)"),
                {dataset.name.isEmpty() ? QFileInfo(path).fileName() : dataset.name,
                 path,
                 toColumn(dataset.added.isValid() ? dataset.added : now)});
            if (!added) {
                return added.error();
            }
            id = added.value().lastId;
        }
        const bool isCounted = dataset.rows > 0;
        const auto filled = database().execute(
            QStringLiteral("UPDATE datasets SET sha256=coalesce(?, sha256), path=?,"
                           " format=coalesce(?, format),"
                           " is_format_chosen=CASE WHEN ? THEN ? ELSE is_format_chosen END,"
                           " columns=CASE WHEN ? THEN ? ELSE columns END,"
                           " row_count=CASE WHEN ? THEN ? ELSE row_count END,"
                           " good=CASE WHEN ? THEN ? ELSE good END,"
                           " dropped=CASE WHEN ? THEN ? ELSE dropped END,"
                           " bytes=coalesce(nullif(?, 0), bytes),"
                           " used_at=coalesce(?, used_at) WHERE id=?"),
            {sha256,
             path,
             textOrNull(dataset.format),
             !dataset.format.isEmpty(),
             dataset.isFormatChosen,
             !dataset.columns.isEmpty(),
             toColumn(dataset.columns),
             isCounted,
             dataset.rows,
             isCounted,
             dataset.good,
             isCounted,
             dataset.dropped,
             dataset.bytes,
             toColumn(dataset.used),
             id});
        if (!filled) {
            return filled.error();
        }
        return m_context.index.refresh(subjectOf(id));
    });
    if (!saved) {
        return saved.error();
    }
    m_context.changed(Table::Datasets);
    return id;
}

Result<Dataset> DatasetRepository::find(qint64 row) const
{
    return one(QStringLiteral("WHERE id=?"), {row});
}

Result<Dataset> DatasetRepository::findByPath(const QString& path) const
{
    return one(QStringLiteral("WHERE path=? ORDER BY id DESC LIMIT 1"), {QDir::cleanPath(path)});
}

Result<Dataset> DatasetRepository::findByHash(const QString& sha256) const
{
    return one(QStringLiteral("WHERE sha256=?"), {sha256});
}

Result<std::vector<Dataset>> DatasetRepository::list(const QString& text) const
{
    const Condition matches =
        SearchIndex::matches(SubjectKind::Dataset, QStringLiteral("id"), text);
    return read(QStringLiteral("WHERE deleted_at IS NULL AND ") + matches.sql
                    + QStringLiteral(" ORDER BY coalesce(used_at, added_at) DESC, id DESC"),
                matches.values);
}

Result<void> DatasetRepository::rename(qint64 row, const QString& name)
{
    return Repository::rename(Table::Datasets, subjectOf(row), name);
}

Result<void> DatasetRepository::used(qint64 row)
{
    return change(Table::Datasets,
                  QStringLiteral("UPDATE datasets SET used_at=? WHERE id=?"),
                  {toColumn(QDateTime::currentDateTimeUtc()), row});
}

Result<void> DatasetRepository::trash(qint64 row)
{
    return setTrashed(Table::Datasets, subjectOf(row), QDateTime::currentDateTimeUtc());
}

Result<void> DatasetRepository::restore(qint64 row)
{
    return setTrashed(Table::Datasets, subjectOf(row), {});
}

Result<std::vector<Dataset>> DatasetRepository::trashed() const
{
    return read(QStringLiteral("WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC"), {});
}

Result<void> DatasetRepository::purge(qint64 row)
{
    return forget(Table::Datasets, subjectOf(row));
}

Result<std::vector<Dataset>> DatasetRepository::read(const QString& tail,
                                                     const QVariantList& values) const
{
    std::vector<Dataset> datasets;
    auto done =
        database().select(QStringLiteral("SELECT id, sha256, name, path, format, is_format_chosen, "
                                         "columns, row_count, good, dropped,"
                                         " bytes, added_at, used_at, deleted_at FROM datasets ")
                              + tail,
                          values,
                          [&](const Row& row) {
                              datasets.push_back({row.integer(0),
                                                  row.text(1),
                                                  row.text(2),
                                                  row.text(3),
                                                  row.text(4),
                                                  row.boolean(5),
                                                  row.texts(6),
                                                  row.integer(7),
                                                  row.integer(8),
                                                  row.integer(9),
                                                  row.integer(10),
                                                  row.time(11),
                                                  row.time(12),
                                                  row.time(13)});
                          });
    if (!done) {
        return done.error();
    }
    return datasets;
}

Result<Dataset> DatasetRepository::one(const QString& tail, const QVariantList& values) const
{
    return firstOf(read(tail, values));
}

} // namespace app::library
