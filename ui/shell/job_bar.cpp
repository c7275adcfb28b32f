// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/job_bar.h"

#include "app/base/format.h"
#include "app/base/text.h"
#include "app/studio/studio.h"
#include "ui/page/navigator.h"
#include "ui/shell/job_bar_view.h"

#include <QDebug>

#include <algorithm>

namespace ui::shell {

using app::runs::RunCenter;
using app::runs::RunInfo;

namespace {

// The run that ended last; nullptr when none has.
const RunInfo* lastEnded(const std::vector<RunInfo>& runs)
{
    const RunInfo* last = nullptr;
    for (const RunInfo& run : runs) {
        if (!app::runs::isActive(run.status) && (last == nullptr || run.ended > last->ended)) {
            last = &run;
        }
    }
    return last;
}

void logRefusal(const engine::contract::Result<void>& result)
{
    if (!result.ok()) {
        qWarning() << "The run was not steered:" << app::qs(result.error().message);
    }
}

} // namespace

JobBar::JobBar(app::Studio& studio, Navigator& navigator, JobBarView& view, QObject* parent)
    : QObject(parent), m_studio(studio), m_navigator(navigator), m_view(view)
{
    connectRuns();
    connectView();
    refresh();
    refreshQueue();
    refreshDevice();
}

void JobBar::connectRuns()
{
    RunCenter& runs = m_studio.runs();
    connect(&runs, &RunCenter::listChanged, this, &JobBar::refresh);
    connect(&runs, &RunCenter::changed, this, &JobBar::refresh);
    connect(&runs, &RunCenter::queueChanged, this, &JobBar::refreshQueue);
    connect(&runs, &RunCenter::runFailed, this, &JobBar::report);
    connect(&m_studio.engine(),
            &app::engine::EngineService::catalogChanged,
            this,
            &JobBar::refreshDevice);
    connect(&m_studio.system(), &app::SystemMonitor::changed, this, &JobBar::refreshDevice);
    m_studio.system().watch(this);
}

void JobBar::connectView()
{
    RunCenter& runs = m_studio.runs();
    const auto folder = [this] { return m_view.state().folder; };
    connect(&m_view, &JobBarView::runRequested, this, [this] { openRun({}); });
    connect(&m_view, &JobBarView::whyRequested, this, [this] { openRun(QStringLiteral("log")); });
    connect(&m_view, &JobBarView::queueRequested, this, [this] {
        m_navigator.go({QStringLiteral("runs"), {}, QStringLiteral("queue")});
    });
    connect(&m_view, &JobBarView::pauseRequested, this, [&runs, folder] {
        logRefusal(runs.pause(folder()));
    });
    connect(&m_view, &JobBarView::resumeRequested, this, [&runs, folder] {
        logRefusal(runs.resume(folder()));
    });
    connect(&m_view, &JobBarView::continueRequested, this, [&runs, folder] {
        logRefusal(runs.continueRun(folder()));
    });
    connect(&m_view, &JobBarView::stopRequested, this, [&runs, folder] {
        logRefusal(runs.stop(folder()));
    });
}

JobBarState JobBar::currentState() const
{
    const RunCenter& runs = m_studio.runs();
    if (const RunInfo* run = runs.current()) {
        return jobBarState(*run);
    }
    if (const RunInfo* run = runs.find(m_unseen)) {
        return jobBarState(*run);
    }
    return idleJobBarState(lastEnded(runs.runs()));
}

void JobBar::refresh()
{
    const bool isRunning = m_studio.runs().current() != nullptr;
    if (isRunning) {
        m_unseen.clear();
    }
    m_view.show(currentState());
    if (isRunning != m_isRunning) {
        m_isRunning = isRunning;
        Q_EMIT runningChanged(isRunning);
    }
}

void JobBar::refreshQueue()
{
    const RunCenter& runs = m_studio.runs();
    m_view.showQueue(queueText(static_cast<int>(runs.queue().size()), runs.isQueueHeld()));
}

void JobBar::refreshDevice()
{
    const engine::contract::Catalog* catalog = m_studio.engine().catalog();
    if (catalog == nullptr || catalog->devices.empty()) {
        m_view.showDevice({}, {});
        return;
    }
    // A graphics card before the processor, as `auto` chooses.
    const auto& devices = catalog->devices;
    const auto card = std::find_if(
        devices.begin(), devices.end(), [](const auto& device) { return device.id != "cpu"; });
    const engine::contract::DeviceInfo& device = card == devices.end() ? devices.front() : *card;
    const QString name = shortDeviceName(app::qs(device.id), app::qs(device.name));
    const app::SystemFacts& facts = m_studio.system().facts();
    const RunInfo* run = m_studio.runs().current();
    QString memory = app::formatMemory(device.memoryBytes);
    if (device.id == "cpu" && m_studio.system().isKnown()) {
        memory = app::formatMemoryUse(facts.memoryUsed, facts.memoryTotal);
    } else if (device.id != "cpu" && run != nullptr && run->memoryBytes > 0) {
        memory = app::formatMemoryUse(run->memoryBytes, device.memoryBytes);
    }
    m_view.showDevice(name + QStringLiteral(" · ") + memory, app::qs(device.name));
}

void JobBar::report(const QString& folder)
{
    m_unseen = folder;
    refresh();
}

void JobBar::openRun(const QString& tab)
{
    const QString folder = m_view.state().folder;
    m_unseen.clear();
    refresh();
    m_navigator.go({QStringLiteral("runs"), folder, tab});
}

} // namespace ui::shell
