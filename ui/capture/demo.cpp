// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/capture/demo.h"

#include "app/base/format.h"
#include "app/base/text.h"
#include "app/studio/studio.h"
#include "ui/capture/page_access.h"
#include "ui/plots/loss_chart.h"
#include "ui/shell/frame.h"
#include "ui/shell/main_window.h"
#include "ui/shell/page_stack.h"

#include <QCoreApplication>
#include <QTextStream>

namespace ui::capture {

namespace {

constexpr int kStartMs = 60'000;
// A slow computer trains the sample in a few minutes.
constexpr int kTrainMs = 60 * 60'000;
constexpr int kToldParts = 8;

void say(const QString& text)
{
    QTextStream out(stdout);
    out << text << '\n';
}

} // namespace

Demo::Demo(app::Studio& studio, shell::MainWindow& window, bool endsByItself, QObject* parent)
    : QObject(parent), m_studio(studio), m_window(window), m_endsByItself(endsByItself)
{
    connect(&m_driver, &Driver::finished, this, &Demo::finish);
}

QString Demo::newestRun() const
{
    const auto& runs = m_studio.runs().runs();
    return runs.empty() ? QString() : runs.front().folder;
}

void Demo::start()
{
    m_driver.add(
        {QStringLiteral("the engine did not answer"),
         [this] { m_window.navigator().go({QStringLiteral("home")}); },
         [this] { return isReady(m_studio) && isSettled(m_window, QStringLiteral("home")); },
         kStartMs,
         true});
    m_driver.add({QStringLiteral("the button that trains the sample cannot be pressed"),
                  [this] {
                      m_before = newestRun();
                      press(m_window, QStringLiteral("train_sample"));
                  },
                  [this] { return newestRun() != m_before; },
                  kStartMs,
                  true});
    m_driver.add({QStringLiteral("the run was not shown"),
                  [this] {
                      m_folder = newestRun();
                      m_window.navigator().go({QStringLiteral("runs"), m_folder});
                  },
                  [this] { return isSettled(m_window, QStringLiteral("runs")); },
                  kStartMs,
                  true});
    if (m_endsByItself) {
        addEnding();
        connect(&m_studio.runs(), &app::runs::RunCenter::changed, this, &Demo::tellProgress);
    }
    m_driver.start();
}

void Demo::addEnding()
{
    m_driver.add({QStringLiteral("the run did not end"),
                  {},
                  [this] {
                      const app::runs::RunInfo* run = m_studio.runs().find(m_folder);
                      return run != nullptr && !app::runs::isActive(run->status);
                  },
                  kTrainMs,
                  true});
    m_driver.add({QStringLiteral("the loss chart was not saved"),
                  [this] { saveChart(); },
                  [this] { return !m_chart.isEmpty(); },
                  kStartMs,
                  true});
}

void Demo::tellProgress(const QString& folder)
{
    const app::runs::RunInfo* run = m_studio.runs().find(folder);
    const int eighth = run == nullptr ? 0 : static_cast<int>(run->share() * kToldParts);
    if (folder != m_folder || eighth <= m_told || !run->lastLoss) {
        return;
    }
    m_told = eighth;
    say(QStringLiteral("step %1 of %2, loss %3")
            .arg(app::formatCount(run->step),
                 app::formatCount(run->totalSteps),
                 app::formatLoss(*run->lastLoss)));
}

void Demo::saveChart()
{
    auto* chart = m_window.frame().pages().currentPage()->findChild<plots::LossChart*>();
    if (chart == nullptr) {
        return;
    }
    plots::exportChart(*chart,
                       plots::ExportFormat::Png,
                       m_studio.paths().data + QStringLiteral("/loss-chart.png"),
                       this,
                       [this](const engine::contract::Result<QString>& written) {
                           if (written.ok()) {
                               m_chart = written.value();
                           } else {
                               QTextStream(stderr) << app::qs(written.error().message) << '\n';
                           }
                       });
}

void Demo::finish()
{
    if (!m_driver.failures().isEmpty()) {
        QTextStream(stderr) << "error: " << m_driver.failures().join(QStringLiteral(", ")) << ".\n";
        if (m_endsByItself) {
            QCoreApplication::exit(1);
        }
        return;
    }
    if (!m_endsByItself) {
        return;
    }
    const app::runs::RunInfo* run = m_studio.runs().find(m_folder);
    const bool isFinished = run != nullptr && run->status == app::runs::RunStatus::Finished;
    if (isFinished) {
        // For people and scripts: one fact a line.
        say(QStringLiteral("run              %1").arg(m_folder));
        say(QStringLiteral("steps            %1").arg(app::formatCount(run->totalSteps)));
        if (run->bestEvalLoss) {
            say(QStringLiteral("validation loss  %1").arg(app::formatLoss(*run->bestEvalLoss)));
        }
        say(QStringLiteral("loss chart       %1").arg(m_chart));
    } else if (run != nullptr) {
        QTextStream(stderr) << "error: the run did not finish: " << app::qs(run->error.message)
                            << ".\n";
    }
    QCoreApplication::exit(isFinished ? 0 : 1);
}

} // namespace ui::capture
