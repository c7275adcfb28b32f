// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The index over run folders, with the numbers a list shows. The folders are the truth.
#pragma once

#include "app/library/repository.h"

namespace app::library {

// As the folder tells it; a run that works right now is known to app/runs, not here.
enum class StoredStatus { Unfinished = 0, Finished = 1, Stopped = 2, Failed = 3 };

struct MetricsSummary
{
    qint64 step = 0;
    qint64 totalSteps = 0;
    qint64 tokens = 0;
    std::optional<double> loss;     // of the last step
    std::optional<double> evalLoss; // of the last evaluation
    std::optional<double> bestLoss; // lowest validation loss
    qint64 bestStep = 0;
    double seconds = 0; // of training
    double tokensPerSecond = 0;
    qint64 memoryBytes = 0;         // peak
    qint64 trainable = 0;           // parameters
    qint64 parameters = 0;          // of the whole model
    std::vector<double> lossPoints; // at most 64, evenly spaced, for a sparkline
};

struct Run
{
    qint64 row = 0;
    QString id;     // of the job: a UUID
    QString folder; // where it was last seen
    QString name;
    QString method; // the catalogue's id
    StoredStatus status = StoredStatus::Unfinished;
    std::optional<qint64> base; // rows of base_models and datasets
    QString baseName;           // read only, through `base`
    QString basePath;
    std::optional<qint64> dataset;
    QString datasetName; // read only
    QString dataPath;
    qint64 trainSamples = 0;
    qint64 validationSamples = 0;
    QString startFrom; // adapter folder that was continued
    QString device;
    QString error; // of a failed run
    QDateTime started;
    QDateTime ended;
    QDateTime trashed;
    MetricsSummary metrics;
};

class RunRepository : public Repository
{
public:
    explicit RunRepository(RepositoryContext& context) : Repository(context) {}

    // Inserts the run or updates the one with this id; a name the user gave stays. Returns its row.
    Result<qint64> save(const Run& run);
    Result<Run> find(qint64 row) const;
    Result<Run> findById(const QString& id) const;
    Result<Run> findByFolder(const QString& folder) const;
    // Newest first. Without the trash; limit < 0 = all.
    Result<std::vector<Run>> list(const QString& text = {}, int limit = -1) const;
    Result<std::vector<Run>> withTag(const QString& tag) const;
    Result<void> rename(qint64 row, const QString& name);
    Result<void> trash(qint64 row, const QDateTime& when = QDateTime::currentDateTimeUtc());
    Result<void> restore(qint64 row);
    Result<std::vector<Run>> trashed() const;
    // Forgets the run and what was written about it. The caller removes the folder
    // (Library::purge does both).
    Result<void> forget(qint64 row);

private:
    Result<Run> one(const QString& tail, const QVariantList& values) const;
    Result<std::vector<Run>> read(const QString& tail, const QVariantList& values) const;
};

} // namespace app::library
