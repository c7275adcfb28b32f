// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// All runs of the studio: those in the runs folder, the one that trains, those that wait. Starts,
// steers, continues and judges them. The one object pages use; GUI thread only, files are read and
// written in a worker or are a few KB.
#pragma once

#include "app/engine/engine_service.h"
#include "app/runs/job_queue.h"
#include "app/runs/run_info.h"

#include <QObject>

#include <map>
#include <memory>
#include <vector>

namespace app::runs {

class RunFollower;
class RunProcess;

class RunCenter : public QObject
{
    Q_OBJECT

public:
    // Reads the runs folder in a worker at once; listChanged() when that is done. The service gives
    // the program and the catalogue, whose defaults complete a job.
    RunCenter(engine::EngineService& service,
              QString runsFolder,
              QString queueFile,
              engine::Patience patience = {},
              QObject* parent = nullptr);
    // Own runs that were not detached are told to save and stop by the end of their input.
    ~RunCenter() override;

    // Newest first. The vector changes only by listChanged(), one entry by changed(folder).
    const std::vector<RunInfo>& runs() const { return m_runs; }
    const RunInfo* find(const QString& folder) const;
    bool isScanned() const { return m_isScanned; }
    // The run an engine works on, ours before others; nullptr when none.
    const RunInfo* current() const;
    // Interrupted runs, to be offered for continuing.
    std::vector<const RunInfo*> interrupted() const;

    // Makes the run folder with its job.json and starts it. `job` may be partial; relative paths
    // are taken from the working directory. Fails when another run is active (kRunBusy) or the
    // folder cannot be made. What goes wrong later, such as a job the engine refuses, comes as
    // runFailed().
    engine::contract::Result<QString> start(engine::contract::Value job);
    // Starts it when the device is free, else it waits. Returns the job's id.
    engine::contract::Result<QString> enqueue(engine::contract::Value job);
    const std::vector<QueuedJob>& queue() const { return m_queue.jobs(); }
    engine::contract::Result<void> moveInQueue(const QString& id, int position); // 0 = next
    engine::contract::Result<void> removeFromQueue(const QString& id);
    // A queue that is held starts nothing by itself.
    bool isQueueHeld() const { return m_isQueueHeld; }
    void setQueueHeld(bool isHeld);

    // Steering, obeyed between steps: over stdin for own runs, by control.jsonl for others.
    engine::contract::Result<void> pause(const QString& folder);
    engine::contract::Result<void> resume(const QString& folder);
    engine::contract::Result<void> checkpoint(const QString& folder);
    engine::contract::Result<void> stop(const QString& folder); // saves first
    // Ends an own run at once: only what the user asked for. It is Interrupted afterwards.
    engine::contract::Result<void> kill(const QString& folder);
    // Goes on from the last checkpoint of a stopped, interrupted or failed run.
    engine::contract::Result<void> continueRun(const QString& folder);

    // The window closes: own runs go on without us and are picked up at the next start.
    void detach();
    // Reads the runs folder again: a folder was added, moved to the trash or restored.
    void rescan();
    const QString& runsFolder() const { return m_runsFolder; }

Q_SIGNALS:
    void changed(const QString& folder);
    void listChanged();
    void queueChanged();
    void runFinished(const QString& folder);
    // Failed or Interrupted; the error is in the RunInfo too.
    void runFailed(const QString& folder, const app::engine::contract::Error& error);
    void runStopped(const QString& folder);
    // The queue could not be read or written, or a waiting job not be started.
    void queueProblem(const app::engine::contract::Error& error);

private:
    struct Active; // one run that an engine works on, ours or not

    RunInfo* entry(const QString& folder);
    Active& activate(const QString& folder);
    void takeScan(std::vector<RunInfo> found);
    void launch(const QString& folder, bool resume);
    void connectProcess(RunProcess& process);
    void follow(const QString& folder);
    void watchLock(const QString& folder);
    void refresh(const QString& folder);
    void conclude(const QString& folder);
    void announce(const RunInfo& info);
    void startNext();
    bool isBusy() const { return !m_active.empty(); }
    engine::contract::Result<void> steer(const QString& folder, std::string_view command);
    void nameMethods();

    engine::EngineService& m_service;
    QString m_runsFolder;
    engine::Patience m_patience;
    JobQueue m_queue;
    std::vector<RunInfo> m_runs;
    std::map<QString, std::unique_ptr<Active>> m_active; // by folder
    bool m_isScanned = false;
    bool m_isQueueHeld = false;
};

} // namespace app::runs
