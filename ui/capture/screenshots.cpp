// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/capture/screenshots.h"

#include "app/studio/studio.h"
#include "ui/capture/page_access.h"
#include "ui/shell/appearance.h"
#include "ui/shell/main_window.h"

#include <QCoreApplication>
#include <QDir>
#include <QTextStream>

namespace ui::capture {

namespace {

constexpr QSize kSize(1440, 900);
constexpr int kStartMs = 60'000;
constexpr int kTrainMs = 30 * 60'000;
constexpr int kPageMs = 20'000;

} // namespace

Screenshots::Screenshots(app::Studio& studio,
                         shell::MainWindow& window,
                         shell::Appearance& appearance,
                         const QString& folder,
                         QObject* parent)
    : QObject(parent), m_appearance(appearance),
      m_folder(folder), m_stage{studio, window, studio.paths().data + QStringLiteral("/capture")},
      m_scenarios(scenarios())
{
    connect(&m_driver, &Driver::finished, this, &Screenshots::finish);
}

void Screenshots::start()
{
    QDir().mkpath(m_folder);
    QDir().mkpath(m_stage.scratch);
    m_stage.window.resize(kSize);
    m_driver.add({QStringLiteral("the engine answers"),
                  {},
                  [this] { return isReady(m_stage.studio); },
                  kStartMs,
                  true});
    addPhase(Phase::Empty);
    addPhase(Phase::Running);
    addWaitForResult();
    addPhase(Phase::Done);
    addFailure();
    addPhase(Phase::Broken);
    m_driver.start();
}

void Screenshots::addPhase(Phase phase)
{
    for (const QString& language : {QStringLiteral("en"), QStringLiteral("ko")}) {
        m_driver.add({QStringLiteral("the language is %1").arg(language),
                      [this, language] { m_appearance.useLanguage(language); }});
        if (phase == Phase::Running) {
            // A run of its own: one lasts no longer than the pictures of one language.
            addTraining();
        }
        for (const Scenario& scenario : m_scenarios) {
            if (scenario.phase == phase) {
                addScenario(scenario, language);
            }
        }
    }
}

void Screenshots::addScenario(const Scenario& scenario, const QString& language)
{
    m_driver.add({QStringLiteral("%1 (%2)").arg(scenario.name(), language),
                  [this, scenario] {
                      m_stage.window.navigator().go(scenario.where ? scenario.where(m_stage)
                                                                   : Destination{scenario.page});
                      if (scenario.act) {
                          scenario.act(m_stage);
                      }
                  },
                  [this, scenario] {
                      return isSettled(m_stage.window, scenario.page)
                             && (!scenario.isReached || scenario.isReached(m_stage));
                  },
                  kPageMs});
    for (const QString& theme : themesInTurn(m_planned++)) {
        addPicture(scenario, theme, language);
    }
    if (scenario.leave) {
        m_driver.add({scenario.name(), [this, scenario] { scenario.leave(m_stage); }});
    }
}

void Screenshots::addPicture(const Scenario& scenario,
                             const QString& theme,
                             const QString& language)
{
    const QString name = scenario.name() + QLatin1Char('-') + theme + QLatin1Char('-') + language;
    m_driver.add({name,
                  [this, theme] { useTheme(theme); },
                  // Long enough for charts, which redraw at most ten times a second.
                  [] { return true; }});
    m_driver.add({name, [this, name] { save(name); }});
}

void Screenshots::useTheme(const QString& theme)
{
    if (m_theme != theme) {
        m_theme = theme;
        m_appearance.useTheme(theme);
    }
}

void Screenshots::addTraining()
{
    m_driver.add({QStringLiteral("no run is in progress"),
                  {},
                  [this] { return m_stage.studio.runs().current() == nullptr; },
                  kTrainMs,
                  true});
    m_driver.add({QStringLiteral("Home is shown"),
                  [this] { m_stage.window.navigator().go({QStringLiteral("home")}); },
                  [this] { return isSettled(m_stage.window, QStringLiteral("home")); },
                  kPageMs,
                  true});
    m_driver.add({QStringLiteral("the sample trains"),
                  [this] { press(m_stage.window, QStringLiteral("train_sample")); },
                  [this] { return m_stage.studio.runs().current() != nullptr; },
                  kStartMs,
                  true});
}

void Screenshots::addWaitForResult()
{
    m_driver.add({QStringLiteral("the sample finishes and its adapter is in the library"),
                  {},
                  [this] {
                      return m_stage.studio.runs().current() == nullptr
                             && !m_stage.adapterId().isEmpty();
                  },
                  kTrainMs,
                  true});
}

void Screenshots::addFailure()
{
    m_driver.add({QStringLiteral("a run fails"),
                  [this] { startFailingRun(m_stage); },
                  [this] {
                      const app::runs::RunInfo* run =
                          m_stage.studio.runs().find(m_stage.failedRun());
                      return run != nullptr && run->status == app::runs::RunStatus::Failed;
                  },
                  kStartMs});
}

void Screenshots::save(const QString& name)
{
    const QString file = m_folder + QLatin1Char('/') + name + QStringLiteral(".png");
    if (m_stage.window.grab().save(file)) {
        ++m_written;
    } else {
        m_notWritten.append(file);
    }
}

void Screenshots::finish()
{
    QTextStream out(stdout);
    QTextStream err(stderr);
    out << m_written << " pictures in " << m_folder << '\n';
    for (const QString& what : m_driver.failures()) {
        err << "error: not reached: " << what << '\n';
    }
    for (const QString& file : m_notWritten) {
        err << "error: not written: " << file << '\n';
    }
    const bool isComplete = m_driver.failures().isEmpty() && m_notWritten.isEmpty();
    QCoreApplication::exit(isComplete ? 0 : 1);
}

} // namespace ui::capture
