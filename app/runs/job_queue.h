// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs that wait for the device, in order, kept in a file so that they survive the window. Knows
// nothing about running them.
#pragma once

#include "app/engine/contract.h"

#include <QDateTime>
#include <QString>

#include <vector>

namespace app::runs {

struct QueuedJob
{
    QString id; // of the job
    QString name;
    QDateTime added;
    engine::contract::Value job;
};

class JobQueue
{
public:
    explicit JobQueue(QString file) : m_file(std::move(file)) {}

    // Reads the file; what cannot be read is set aside under another name and reported.
    engine::contract::Result<void> load();

    const std::vector<QueuedJob>& jobs() const { return m_jobs; }
    bool isEmpty() const { return m_jobs.empty(); }
    // Each change is written before it holds; when that fails nothing changes.
    engine::contract::Result<void> add(QueuedJob job);
    engine::contract::Result<void> move(const QString& id, int position); // 0 = next
    engine::contract::Result<void> remove(const QString& id);

private:
    engine::contract::Result<void> save(std::vector<QueuedJob> jobs);

    QString m_file;
    std::vector<QueuedJob> m_jobs;
};

} // namespace app::runs
