// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs that have no run folder yet: the queue, drafts and presets of the user.
#pragma once

#include "app/library/repository.h"
#include "engine/contract/value.h"

namespace app::library {

enum class JobKind { Queued = 1, Draft = 2, Preset = 3 };

struct StoredJob
{
    qint64 row = 0;
    JobKind kind = JobKind::Queued;
    QString name;
    ::engine::contract::Value job; // as job.json, not necessarily complete
    QDateTime made;
    QDateTime changed;
};

class JobRepository : public Repository
{
public:
    explicit JobRepository(RepositoryContext& context) : Repository(context) {}

    // Appends it to its kind; returns its row.
    Result<qint64> add(JobKind kind, const QString& name, const ::engine::contract::Value& job);
    Result<void> update(qint64 row, const QString& name, const ::engine::contract::Value& job);
    // The queue in its order, the others newest change first.
    Result<std::vector<StoredJob>> list(JobKind kind) const;
    Result<StoredJob> find(qint64 row) const;
    Result<StoredJob> findByName(JobKind kind, const QString& name) const;
    // Within its kind; 0 is first.
    Result<void> move(qint64 row, int position);
    Result<void> remove(qint64 row);

private:
    Result<std::vector<StoredJob>> read(const QString& tail, const QVariantList& values) const;
};

} // namespace app::library
