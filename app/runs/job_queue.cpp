// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/job_queue.h"

#include "app/base/task.h"
#include "app/base/text.h"
#include "app/base/write_file.h"

#include <QFile>
#include <QMutex>

#include <algorithm>

namespace app::runs {

namespace {

using engine::contract::Error;
using engine::contract::Result;
using engine::contract::Value;

auto findJob(std::vector<QueuedJob>& jobs, const QString& id)
{
    return std::find_if(
        jobs.begin(), jobs.end(), [&id](const QueuedJob& job) { return job.id == id; });
}

} // namespace

struct JobQueue::WriteOrder
{
    QMutex mutex;
    bool isClosed = false; // the queue has written its last
};

JobQueue::JobQueue(QString file, QObject* parent)
    : QObject(parent), m_file(std::move(file)), m_order(std::make_shared<WriteOrder>())
{
    load();
}

JobQueue::~JobQueue()
{
    if (m_isDirty || m_isWriting) {
        // The last chance; a failure was or will be told by nobody.
        const QMutexLocker lock(&m_order->mutex);
        m_order->isClosed = true;
        static_cast<void>(writeFileAtomically(m_file, text()));
    }
}

void JobQueue::add(QueuedJob job)
{
    m_jobs.push_back(std::move(job));
    changeDone();
}

bool JobQueue::move(const QString& id, int position)
{
    const auto found = findJob(m_jobs, id);
    if (found == m_jobs.end()) {
        return false;
    }
    QueuedJob job = std::move(*found);
    m_jobs.erase(found);
    m_jobs.insert(m_jobs.begin() + std::clamp<std::ptrdiff_t>(position, 0, std::ssize(m_jobs)),
                  std::move(job));
    changeDone();
    return true;
}

bool JobQueue::remove(const QString& id)
{
    const auto found = findJob(m_jobs, id);
    if (found == m_jobs.end()) {
        return false;
    }
    m_jobs.erase(found);
    changeDone();
    return true;
}

std::optional<QueuedJob> JobQueue::takeFirst()
{
    if (m_jobs.empty()) {
        return std::nullopt;
    }
    QueuedJob first = std::move(m_jobs.front());
    m_jobs.erase(m_jobs.begin());
    changeDone();
    return first;
}

void JobQueue::load()
{
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly)) {
        return; // none yet
    }
    const QByteArray bytes = file.readAll();
    file.close();
    const Result<Value> parsed = engine::contract::parseJson(
        std::string_view(bytes.data(), static_cast<std::size_t>(bytes.size())));
    if (!parsed || !parsed.value()["jobs"].isList()) {
        const QString aside = m_file + QLatin1String(".damaged");
        QFile::remove(aside);
        QFile::rename(m_file, aside);
        m_loadProblem = Error{std::string(engine::contract::code::kBadFile),
                              stdString(tr("The waiting jobs could not be read")),
                              stdString(tr("The file was set aside as %1").arg(aside)),
                              stdString(m_file)};
        return;
    }
    for (const Value& entry : parsed.value()["jobs"].toList()) {
        m_jobs.push_back({qs(entry["id"].toString()),
                          qs(entry["name"].toString()),
                          QDateTime::fromString(qs(entry["added"].toString()), Qt::ISODateWithMs),
                          entry["job"]});
    }
}

void JobQueue::changeDone()
{
    m_isDirty = true;
    write();
    Q_EMIT changed();
}

void JobQueue::write()
{
    if (m_isWriting || !m_isDirty) {
        return;
    }
    m_isWriting = true;
    m_isDirty = false;
    runThen(
        this,
        [file = m_file, text = text(), order = m_order]() -> Result<void> {
            const QMutexLocker lock(&order->mutex);
            return order->isClosed ? Result<void>() : writeFileAtomically(file, text);
        },
        [this](const Result<void>& written) {
            m_isWriting = false;
            if (!written) {
                Q_EMIT problem(written.error());
            }
            write();
        });
}

QByteArray JobQueue::text() const
{
    Value jobs = Value::List();
    for (const QueuedJob& job : m_jobs) {
        jobs.append(
            Value::object({{"id", stdString(job.id)},
                           {"name", stdString(job.name)},
                           {"added", stdString(job.added.toUTC().toString(Qt::ISODateWithMs))},
                           {"job", job.job}}));
    }
    const Value file = Value::object({{"version", int64_t{1}}, {"jobs", jobs}});
    return QByteArray::fromStdString(toJson(file, 2) + "\n");
}

} // namespace app::runs
