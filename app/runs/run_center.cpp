// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/run_center.h"

#include "app/base/task.h"
#include "app/base/text.h"
#include "app/runs/new_run.h"
#include "app/runs/run_control.h"
#include "app/runs/run_ending.h"
#include "app/runs/run_facts.h"
#include "app/runs/run_follower.h"
#include "app/runs/run_judge.h"
#include "app/runs/run_lock.h"
#include "app/runs/run_process.h"
#include "engine/contract/command.h"
#include "engine/contract/event.h"

#include <algorithm>
#include <array>

namespace app::runs {

namespace {

using namespace std::chrono_literals;
using engine::contract::Error;
using engine::contract::Result;
using engine::contract::Value;
namespace code = engine::contract::code;
namespace command = ::engine::contract::command;
namespace event = ::engine::contract::event;

constexpr auto kLookAtLockEvery = 2s;

bool isPreparing(const QString& phase)
{
    constexpr std::array kPreparing = {"tokenizing", "loading_model", "probing"};
    return phase.isEmpty()
           || std::any_of(kPreparing.begin(), kPreparing.end(), [&phase](const char* name) {
                  return phase == QLatin1String(name);
              });
}

RunStatus statusIn(const QString& phase)
{
    if (phase == QLatin1String("paused")) {
        return RunStatus::Paused;
    }
    return isPreparing(phase) ? RunStatus::Starting : RunStatus::Running;
}

} // namespace

struct RunCenter::Active
{
    std::unique_ptr<RunProcess> process; // null: someone else's, or not yet started
    std::unique_ptr<RunFollower> follower;
    std::unique_ptr<QTimer> lockWatch; // of someone else's
    RunEnding ending;
    bool isConcluding = false;
};

RunCenter::RunCenter(engine::EngineService& service,
                     QString runsFolder,
                     QString queueFile,
                     engine::Patience patience,
                     QObject* parent)
    : QObject(parent), m_service(service), m_runsFolder(std::move(runsFolder)),
      m_patience(patience), m_queue(std::move(queueFile))
{
    connect(&m_queue, &JobQueue::changed, this, &RunCenter::queueChanged);
    connect(&m_queue, &JobQueue::problem, this, &RunCenter::queueProblem);
    connect(&m_service, &engine::EngineService::catalogChanged, this, [this] {
        nameMethods();
        Q_EMIT listChanged();
    });
    rescan();
}

RunCenter::~RunCenter() = default;

const RunInfo* RunCenter::find(const QString& folder) const
{
    const auto found = std::find_if(m_runs.begin(), m_runs.end(), [&folder](const RunInfo& run) {
        return run.folder == folder;
    });
    return found == m_runs.end() ? nullptr : &*found;
}

RunInfo* RunCenter::entry(const QString& folder)
{
    return const_cast<RunInfo*>(std::as_const(*this).find(folder));
}

const RunInfo* RunCenter::current() const
{
    const RunInfo* best = nullptr;
    for (const RunInfo& run : m_runs) {
        if (isActive(run.status) && (!best || (run.isOwn && !best->isOwn))) {
            best = &run;
        }
    }
    return best;
}

std::vector<const RunInfo*> RunCenter::interrupted() const
{
    std::vector<const RunInfo*> found;
    for (const RunInfo& run : m_runs) {
        if (run.status == RunStatus::Interrupted) {
            found.push_back(&run);
        }
    }
    return found;
}

void RunCenter::rescan()
{
    runThen(
        this,
        [folder = m_runsFolder] { return readRuns(folder); },
        [this](std::vector<RunInfo> found) { takeScan(std::move(found)); });
}

void RunCenter::takeScan(std::vector<RunInfo> found)
{
    // What is active is known better here than its files tell.
    std::vector<RunInfo> merged;
    for (const RunInfo& run : m_runs) {
        if (m_active.contains(run.folder)) {
            merged.push_back(run);
        }
    }
    for (RunInfo& run : found) {
        if (!m_active.contains(run.folder)) {
            merged.push_back(std::move(run));
        }
    }
    std::stable_sort(merged.begin(), merged.end(), [](const RunInfo& left, const RunInfo& right) {
        return left.started > right.started;
    });
    m_runs = std::move(merged);
    nameMethods();
    const bool isFirst = !std::exchange(m_isScanned, true);
    for (const RunInfo& run : m_runs) {
        if (isActive(run.status) && !m_active.contains(run.folder)) {
            activate(run.folder);
            follow(run.folder);
            watchLock(run.folder);
        }
    }
    Q_EMIT listChanged();
    if (isFirst && m_queue.loadProblem()) {
        Q_EMIT queueProblem(*m_queue.loadProblem());
    }
    startNext();
}

void RunCenter::nameMethods()
{
    for (RunInfo& run : m_runs) {
        run.method = methodTitle(m_service.catalog(), run);
    }
}

Result<QString> RunCenter::start(Value job)
{
    if (isBusy()) {
        return Error{std::string(code::kRunBusy),
                     stdString(tr("Another run is active")),
                     stdString(tr("Wait for it, stop it, or put this job into the queue")),
                     ""};
    }
    const Value complete = preparedJob(m_service.catalog(), std::move(job));
    Result<QString> made = makeRunFolder(m_runsFolder, complete);
    if (!made) {
        return made;
    }
    const QString folder = made.value();
    RunInfo info;
    info.folder = folder;
    info.isOwn = true;
    info.started = QDateTime::currentDateTimeUtc();
    applyJob(info, complete);
    info.method = methodTitle(m_service.catalog(), info);
    m_runs.insert(m_runs.begin(), std::move(info));
    activate(folder);
    Q_EMIT listChanged();
    runThen(
        this,
        [folder, complete] { return writeJob(folder, complete); },
        [this, folder](const Result<void>& written) {
            if (written) {
                launch(folder, false);
            } else {
                m_active[folder]->ending.error = written.error();
                conclude(folder);
            }
        });
    return folder;
}

Result<QString> RunCenter::enqueue(Value job)
{
    Value complete = preparedJob(m_service.catalog(), std::move(job));
    const QString id = qs(complete["id"].toString());
    const QString name = qs(complete["output"]["name"].toString());
    m_queue.add({id, name, QDateTime::currentDateTimeUtc(), std::move(complete)});
    startNext();
    return id;
}

Result<void> RunCenter::moveInQueue(const QString& id, int position)
{
    if (!m_queue.move(id, position)) {
        return Error{
            std::string(code::kNotFound), stdString(tr("This job no longer waits")), "", ""};
    }
    return {};
}

Result<void> RunCenter::removeFromQueue(const QString& id)
{
    if (!m_queue.remove(id)) {
        return Error{
            std::string(code::kNotFound), stdString(tr("This job no longer waits")), "", ""};
    }
    return {};
}

void RunCenter::setQueueHeld(bool isHeld)
{
    m_isQueueHeld = isHeld;
    Q_EMIT queueChanged();
    startNext();
}

void RunCenter::startNext()
{
    // Before the folder was read nobody knows whether a run of an earlier window still goes on.
    if (!m_isScanned || m_isQueueHeld || isBusy() || m_queue.isEmpty()) {
        return;
    }
    const std::optional<QueuedJob> next = m_queue.takeFirst();
    if (const Result<QString> started = start(next->job); !started) {
        Q_EMIT queueProblem(started.error());
    }
}

RunCenter::Active& RunCenter::activate(const QString& folder)
{
    auto& active = m_active[folder];
    active = std::make_unique<Active>();
    return *active;
}

void RunCenter::launch(const QString& folder, bool resume)
{
    Active& active = *m_active[folder];
    active.process = std::make_unique<RunProcess>(m_service.program(), folder, m_patience);
    connectProcess(*active.process);
    follow(folder);
    active.process->start(resume);
}

void RunCenter::connectProcess(RunProcess& process)
{
    const QString folder = process.folder();
    connect(&process, &RunProcess::event, this, [this, folder](const auto& message) {
        RunInfo* const info = entry(folder);
        if (info && message.kind == event::kStopping) {
            info->status = RunStatus::Stopping;
            Q_EMIT changed(folder);
        }
    });
    const auto setResponds = [this, folder](bool responds) {
        if (RunInfo* const info = entry(folder)) {
            info->doesNotRespond = !responds;
            Q_EMIT changed(folder);
        }
    };
    connect(&process, &RunProcess::fellSilent, this, [setResponds] { setResponds(false); });
    connect(&process, &RunProcess::spokeAgain, this, [setResponds] { setResponds(true); });
    connect(&process,
            &RunProcess::finished,
            this,
            [this, folder](const engine::ProcessEnd& end, bool saidDone, const Error& error) {
                Active& active = *m_active[folder];
                active.ending.process = end;
                active.ending.saidDone = saidDone;
                active.ending.error = error;
                active.ending.errorOutput = active.process->logTail();
                conclude(folder);
            });
}

void RunCenter::follow(const QString& folder)
{
    Active& active = *m_active[folder];
    active.follower = std::make_unique<RunFollower>(folder);
    connect(
        active.follower.get(), &RunFollower::updated, this, [this, folder] { refresh(folder); });
}

// Nobody tells when a run that is not our child has ended, but its lock does.
void RunCenter::watchLock(const QString& folder)
{
    Active& active = *m_active[folder];
    active.lockWatch = std::make_unique<QTimer>();
    connect(active.lockWatch.get(), &QTimer::timeout, this, [this, folder] {
        runThen(
            this,
            [folder] { return isLockHeld(folder); },
            [this, folder](bool isHeld) {
                if (!isHeld && m_active.contains(folder) && !m_active[folder]->process) {
                    conclude(folder);
                }
            });
    });
    active.lockWatch->start(kLookAtLockEvery);
}

void RunCenter::refresh(const QString& folder)
{
    const auto active = m_active.find(folder);
    RunInfo* const info = entry(folder);
    if (!info || active == m_active.end()) {
        return;
    }
    const RunSeries& series = active->second->follower->series();
    applySeries(*info, series);
    // What an earlier part said last is no news of this one.
    if (info->status != RunStatus::Stopping && series.terminal.isEmpty()) {
        info->status = statusIn(series.phase);
    }
    Q_EMIT changed(folder);
}

Result<void> RunCenter::pause(const QString& folder)
{
    return steer(folder, command::kPause);
}

Result<void> RunCenter::resume(const QString& folder)
{
    return steer(folder, command::kResume);
}

Result<void> RunCenter::checkpoint(const QString& folder)
{
    return steer(folder, command::kCheckpoint);
}

Result<void> RunCenter::stop(const QString& folder)
{
    Result<void> sent = steer(folder, command::kStop);
    if (sent) {
        entry(folder)->status = RunStatus::Stopping;
        Q_EMIT changed(folder);
    }
    return sent;
}

Result<void> RunCenter::steer(const QString& folder, std::string_view command)
{
    const auto active = m_active.find(folder);
    if (active == m_active.end()) {
        return Error{
            std::string(code::kNotFound), stdString(tr("No engine works on this run")), "", ""};
    }
    RunProcess* const process = active->second->process.get();
    return process ? process->steer(command) : sendControl(folder, command);
}

Result<void> RunCenter::kill(const QString& folder)
{
    const auto active = m_active.find(folder);
    if (active == m_active.end() || !active->second->process) {
        return Error{std::string(code::kNotFound),
                     stdString(tr("This run was not started by this window")),
                     stdString(tr("Ask it to stop")),
                     ""};
    }
    active->second->ending.wasKilled = true;
    active->second->process->kill();
    return {};
}

Result<void> RunCenter::continueRun(const QString& folder)
{
    RunInfo* const info = entry(folder);
    if (!info || !isContinuable(info->status)) {
        return Error{
            std::string(code::kNotFound), stdString(tr("This run cannot be continued")), "", ""};
    }
    if (isBusy()) {
        return Error{std::string(code::kRunBusy),
                     stdString(tr("Another run is active")),
                     stdString(tr("Wait for it, or stop it")),
                     ""};
    }
    info->status = RunStatus::Starting;
    info->isOwn = true;
    info->phase.clear();
    info->ended = {};
    info->error = {};
    info->logTail.clear();
    activate(folder);
    launch(folder, true);
    Q_EMIT changed(folder);
    return {};
}

void RunCenter::detach()
{
    for (auto& [folder, active] : m_active) {
        if (active->process && active->process->isRunning()) {
            active->process->detach();
            active->process.reset();
            watchLock(folder);
            entry(folder)->isOwn = false;
        }
    }
}

void RunCenter::conclude(const QString& folder)
{
    if (std::exchange(m_active[folder]->isConcluding, true)) {
        return;
    }
    runThen(
        this,
        [folder] { return readRun(folder); },
        [this, folder](RunInfo judged) {
            const std::unique_ptr<Active> active = std::move(m_active[folder]);
            m_active.erase(folder);
            RunInfo* const info = entry(folder);
            if (!info) {
                return; // the folder was taken away meanwhile
            }
            judged.method = info->method;
            judged.isOwn = false;
            *info = withEnding(std::move(judged), active->ending);
            const RunInfo ended = *info;
            if (isActive(ended.status)) { // another engine holds it
                activate(folder);
                follow(folder);
                watchLock(folder);
            }
            Q_EMIT changed(folder);
            announce(ended);
            startNext();
        });
}

void RunCenter::announce(const RunInfo& info)
{
    switch (info.status) {
    case RunStatus::Finished:
        Q_EMIT runFinished(info.folder);
        break;
    case RunStatus::Stopped:
        Q_EMIT runStopped(info.folder);
        break;
    case RunStatus::Failed:
    case RunStatus::Interrupted:
        Q_EMIT runFailed(info.folder, info.error);
        break;
    default:
        break; // active: there is nothing to announce
    }
}

} // namespace app::runs
