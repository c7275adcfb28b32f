// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/run_repository.h"

#include <QDir>

namespace app::library {

namespace {

Subject subjectOf(qint64 row)
{
    return {SubjectKind::Run, row};
}

const char* const kUpsertRun = R"(
INSERT INTO runs(uuid, folder, name, method, status, base_id, base_path, dataset_id, data_path,
    train_samples, validation_samples, start_from, device, error, started_at, ended_at)
VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
ON CONFLICT(uuid) DO UPDATE SET folder=excluded.folder,
    name=CASE WHEN is_renamed THEN name ELSE excluded.name END, method=excluded.method,
    status=excluded.status, base_id=coalesce(excluded.base_id, base_id),
    base_path=excluded.base_path, dataset_id=coalesce(excluded.dataset_id, dataset_id),
    data_path=excluded.data_path, train_samples=excluded.train_samples,
    validation_samples=excluded.validation_samples, start_from=excluded.start_from,
    device=excluded.device, error=excluded.error, started_at=excluded.started_at,
    ended_at=excluded.ended_at
RETURNING id)";

const char* const kUpsertMetrics = R"(
INSERT OR REPLACE INTO metrics_summary(run_id, step, total_steps, tokens, loss, eval_loss, best_loss,
    best_step, seconds, tokens_per_second, memory_bytes, trainable, parameters, loss_points)
VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?))";

const char* const kSelect = R"(
SELECT r.id, r.uuid, r.folder, r.name, r.method, r.status, r.base_id, b.name,
    coalesce(b.path, r.base_path), r.dataset_id, d.name, r.data_path, r.train_samples,
    r.validation_samples, r.start_from, r.device, r.error, r.started_at, r.ended_at, r.deleted_at,
    m.step, m.total_steps, m.tokens, m.loss, m.eval_loss, m.best_loss, m.best_step, m.seconds,
    m.tokens_per_second, m.memory_bytes, m.trainable, m.parameters, m.loss_points
FROM runs r LEFT JOIN base_models b ON b.id=r.base_id LEFT JOIN datasets d ON d.id=r.dataset_id
    LEFT JOIN metrics_summary m ON m.run_id=r.id )";

MetricsSummary metricsOf(const Row& row)
{
    return {row.integer(20),
            row.integer(21),
            row.integer(22),
            row.optionalReal(23),
            row.optionalReal(24),
            row.optionalReal(25),
            row.integer(26),
            row.real(27),
            row.real(28),
            row.integer(29),
            row.integer(30),
            row.integer(31),
            row.reals(32)};
}

Run runOf(const Row& row)
{
    Run run;
    run.row = row.integer(0);
    run.id = row.text(1);
    run.folder = row.text(2);
    run.name = row.text(3);
    run.method = row.text(4);
    run.status = StoredStatus(row.integer(5));
    run.base = row.optionalInteger(6);
    run.baseName = row.text(7);
    run.basePath = row.text(8);
    run.dataset = row.optionalInteger(9);
    run.datasetName = row.text(10);
    run.dataPath = row.text(11);
    run.trainSamples = row.integer(12);
    run.validationSamples = row.integer(13);
    run.startFrom = row.text(14);
    run.device = row.text(15);
    run.error = row.text(16);
    run.started = row.time(17);
    run.ended = row.time(18);
    run.trashed = row.time(19);
    run.metrics = metricsOf(row);
    return run;
}

} // namespace

Result<qint64> RunRepository::save(const Run& run)
{
    qint64 id = 0;
    const auto saved = database().transaction([&]() -> Result<void> {
        auto upserted = database().select(QString::fromLatin1(kUpsertRun),
                                          {run.id,
                                           QDir::cleanPath(run.folder),
                                           run.name,
                                           run.method,
                                           int(run.status),
                                           toColumn(run.base),
                                           run.basePath,
                                           toColumn(run.dataset),
                                           run.dataPath,
                                           run.trainSamples,
                                           run.validationSamples,
                                           run.startFrom,
                                           run.device,
                                           run.error,
                                           toColumn(run.started),
                                           toColumn(run.ended)},
                                          [&](const Row& row) { id = row.integer(0); });
        if (!upserted) {
            return upserted;
        }
        const MetricsSummary& metrics = run.metrics;
        const auto summed = database().execute(QString::fromLatin1(kUpsertMetrics),
                                               {id,
                                                metrics.step,
                                                metrics.totalSteps,
                                                metrics.tokens,
                                                toColumn(metrics.loss),
                                                toColumn(metrics.evalLoss),
                                                toColumn(metrics.bestLoss),
                                                metrics.bestStep,
                                                metrics.seconds,
                                                metrics.tokensPerSecond,
                                                metrics.memoryBytes,
                                                metrics.trainable,
                                                metrics.parameters,
                                                toColumn(metrics.lossPoints)});
        return summed ? m_context.index.refresh(subjectOf(id)) : Result<void>(summed.error());
    });
    if (!saved) {
        return saved.error();
    }
    m_context.changed(Table::Runs);
    return id;
}

Result<Run> RunRepository::find(qint64 row) const
{
    return one(QStringLiteral("WHERE r.id=?"), {row});
}

Result<Run> RunRepository::findById(const QString& id) const
{
    return one(QStringLiteral("WHERE r.uuid=?"), {id});
}

Result<Run> RunRepository::findByFolder(const QString& folder) const
{
    return one(QStringLiteral("WHERE r.folder=? ORDER BY r.id DESC LIMIT 1"),
               {QDir::cleanPath(folder)});
}

Result<std::vector<Run>> RunRepository::list(const QString& text, int limit) const
{
    const Condition matches = SearchIndex::matches(SubjectKind::Run, QStringLiteral("r.id"), text);
    return read(QStringLiteral("WHERE r.deleted_at IS NULL AND ") + matches.sql
                    + QStringLiteral(" ORDER BY r.started_at DESC, r.id DESC LIMIT ?"),
                matches.values + QVariantList{limit});
}

Result<std::vector<Run>> RunRepository::withTag(const QString& tag) const
{
    return read(QStringLiteral("WHERE r.deleted_at IS NULL AND r.id IN (SELECT subject FROM"
                               " tag_links JOIN tags t ON t.id=tag_id WHERE kind=3 AND t.name=?)"
                               " ORDER BY r.started_at DESC, r.id DESC"),
                {tag});
}

Result<void> RunRepository::rename(qint64 row, const QString& name)
{
    return Repository::rename(Table::Runs, subjectOf(row), name);
}

Result<void> RunRepository::trash(qint64 row, const QDateTime& when)
{
    return setTrashed(Table::Runs, subjectOf(row), when);
}

Result<void> RunRepository::restore(qint64 row)
{
    return setTrashed(Table::Runs, subjectOf(row), {});
}

Result<std::vector<Run>> RunRepository::trashed() const
{
    return read(QStringLiteral("WHERE r.deleted_at IS NOT NULL ORDER BY r.deleted_at DESC"), {});
}

Result<void> RunRepository::forget(qint64 row)
{
    return Repository::forget(Table::Runs, subjectOf(row));
}

Result<std::vector<Run>> RunRepository::read(const QString& tail, const QVariantList& values) const
{
    std::vector<Run> runs;
    auto done = database().select(
        QLatin1String(kSelect) + tail, values, [&](const Row& row) { runs.push_back(runOf(row)); });
    if (!done) {
        return done.error();
    }
    return runs;
}

Result<Run> RunRepository::one(const QString& tail, const QVariantList& values) const
{
    return firstOf(read(tail, values));
}

} // namespace app::library
