// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs that wait for the device, in order, kept in a file so that they survive the window. Knows
// nothing about running them. GUI thread only; the file is written in the background.
#pragma once

#include "app/engine/contract.h"

#include <QDateTime>
#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace app::runs {

struct QueuedJob
{
    QString id; // of the job
    QString name;
    QDateTime added;
    engine::contract::Value job;
};

class JobQueue : public QObject
{
    Q_OBJECT

public:
    // Reads the file. One that cannot be read is set aside as <file>.damaged; problem() says so.
    explicit JobQueue(QString file, QObject* parent = nullptr);
    // Writes what is not written yet.
    ~JobQueue() override;

    const std::vector<QueuedJob>& jobs() const { return m_jobs; }
    bool isEmpty() const { return m_jobs.empty(); }
    void add(QueuedJob job);
    // To this position, 0 = next. False when there is no such job.
    bool move(const QString& id, int position);
    bool remove(const QString& id);
    std::optional<QueuedJob> takeFirst();

    // What went wrong when the file was read, if anything.
    const std::optional<engine::contract::Error>& loadProblem() const { return m_loadProblem; }

Q_SIGNALS:
    void changed();
    // The file could not be written; the jobs are kept in memory.
    void problem(const app::engine::contract::Error& error);

private:
    struct WriteOrder;

    void load();
    void changeDone();
    void write();
    QByteArray text() const;

    QString m_file;
    std::vector<QueuedJob> m_jobs;
    std::optional<engine::contract::Error> m_loadProblem;
    bool m_isWriting = false;
    bool m_isDirty = false;
    // Held while the file is written, in the pool and at the end: what was asked for first may not
    // come last. Shared, because a writer in the pool may outlive the queue.
    std::shared_ptr<WriteOrder> m_order;
};

} // namespace app::runs
