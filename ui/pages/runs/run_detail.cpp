// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/run_detail.h"

#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/task.h"
#include "app/base/text.h"
#include "app/runs/run_center.h"
#include "app/runs/run_follower.h"
#include "engine/contract/run_folder.h"
#include "ui/dialogs/dialogs.h"
#include "ui/page/navigator.h"
#include "ui/pages/runs/chart_menu.h"
#include "ui/pages/runs/charts_tab.h"
#include "ui/pages/runs/configuration_tab.h"
#include "ui/pages/runs/log_tab.h"
#include "ui/pages/runs/report_tab.h"
#include "ui/pages/runs/run_texts.h"
#include "ui/pages/runs/samples_tab.h"
#include "ui/theme/box.h"
#include "ui/theme/theme.h"
#include "ui/widgets/loading_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/tab_view.h"

#include <QStackedWidget>
#include <QVBoxLayout>

#include <set>

namespace ui::pages::runs {

using app::runs::RunInfo;
using app::runs::RunStatus;
using widgets::MessageBar;

namespace {

const QString kLogTab = QStringLiteral("log");
constexpr int kSamplesTab = 1;

QString bestAdapter(const QString& folder)
{
    return app::qs(engine::contract::RunFolder(app::fsPath(folder)).bestAdapter());
}

} // namespace

RunDetail::RunDetail(app::runs::RunCenter& center,
                     Navigator& navigator,
                     Dialogs& dialogs,
                     QWidget* parent)
    : QFrame(parent), m_center(center), m_navigator(navigator), m_dialogs(dialogs),
      m_header(new RunHeader), m_message(new MessageBar(MessageBar::Severity::Warning)),
      m_notice(new MessageBar(MessageBar::Severity::Error)), m_tabs(new widgets::TabView),
      m_chartStack(new QStackedWidget), m_loading(new widgets::LoadingState),
      m_charts(new ChartsTab(dialogs)), m_samples(new SamplesTab), m_log(new LogTab),
      m_configuration(new ConfigurationTab), m_report(new ReportTab)
{
    setBox(*this, Box::Card);
    auto* bars = new QVBoxLayout;
    bars->setContentsMargins(theme().px(16), theme().px(4), theme().px(16), 0);
    bars->setSpacing(theme().px(8));
    bars->addWidget(m_message);
    bars->addWidget(m_notice);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addLayout(bars);
    layout->addWidget(m_tabs, 1);
    makeTabs();
    m_message->hide();
    m_notice->hide();

    connect(
        m_header, &RunHeader::requested, this, [this](RunHeader::Action action) { act(action); });
    connect(&center, &app::runs::RunCenter::changed, this, [this](const QString& folder) {
        if (folder == m_folder) {
            refresh();
        } else {
            showHeader(); // another run takes the device or frees it
        }
    });
    connect(&center, &app::runs::RunCenter::listChanged, this, [this] { refresh(); });
    connect(&m_charts->menu(), &ChartMenu::failed, this, &RunDetail::refuse);
}

RunDetail::~RunDetail() = default;

void RunDetail::makeTabs()
{
    m_chartStack->addWidget(m_charts);
    m_chartStack->addWidget(m_loading);
    m_tabs->addTab(m_chartStack, tr("Charts"), QStringLiteral("charts"));
    m_tabs->addTab(m_samples, tr("Samples"), QStringLiteral("samples"));
    m_tabs->addTab(m_log, tr("Log"), kLogTab);
    m_tabs->addTab(m_configuration, tr("Configuration"), QStringLiteral("configuration"));
    m_tabs->addTab(m_report, tr("Data and mask"), QStringLiteral("data"));
}

void RunDetail::open(const QString& folder)
{
    if (folder == m_folder) {
        return;
    }
    m_folder = folder;
    m_charts->clear();
    m_follower = std::make_unique<app::runs::RunFollower>(folder);
    m_notice->hide();
    m_log->setFolder(folder);
    m_configuration->show({});
    m_report->show({});
    m_samples->show({});
    m_chartStack->setCurrentWidget(m_loading);
    m_loading->start();
    connect(m_follower.get(), &app::runs::RunFollower::updated, this, [this](qint64 first) {
        takeSeries(static_cast<std::size_t>(first));
    });
    connect(m_follower.get(), &app::runs::RunFollower::loaded, this, [this] {
        m_loading->stop();
        m_chartStack->setCurrentWidget(m_charts);
    });
    if (const RunInfo* run = m_center.find(folder)) {
        m_status = run->status;
    }
    readDocuments();
    refresh();
}

void RunDetail::showTab(const QString& id)
{
    m_tabs->setCurrentId(id);
}

void RunDetail::readDocuments()
{
    app::runThen(
        this,
        [folder = m_folder] { return std::pair(folder, runs::readDocuments(folder)); },
        [this](const std::pair<QString, RunDocuments>& found) {
            if (found.first == m_folder) {
                m_configuration->show(found.second.job);
                m_report->show(found.second.report);
                m_charts->setJob(found.second.job);
            }
        });
}

void RunDetail::takeSeries(std::size_t first)
{
    const app::runs::RunSeries& series = m_follower->series();
    const RunInfo* run = m_center.find(m_folder);
    m_charts->show(run ? *run : RunInfo(), series, first);
    m_samples->show(series);
    m_log->showNotices(series);
    std::set<int64_t> steps;
    for (const app::runs::SamplePoint& sample : series.samples) {
        steps.insert(sample.step);
    }
    m_tabs->setCount(kSamplesTab, steps.empty() ? -1 : static_cast<int>(steps.size()));
}

void RunDetail::refresh()
{
    const RunInfo* run = m_center.find(m_folder);
    if (!run) {
        return;
    }
    showHeader();
    showMessage(*run);
    const bool live = app::runs::isActive(run->status);
    m_log->setLive(live);
    if (m_follower) {
        m_follower->setLive(live);
        if (run->status != m_status && m_follower->isLoaded()) {
            takeSeries(m_follower->series().size()); // the way ahead appears or goes
        }
    }
    if (run->status != m_status) {
        m_status = run->status;
        readDocuments(); // the report is written along the way
    }
}

void RunDetail::showHeader()
{
    const RunInfo* run = m_center.find(m_folder);
    const RunInfo* current = m_center.current();
    if (run) {
        m_header->show(*run, current && current != run ? current->name : QString());
    }
}

void RunDetail::showMessage(const RunInfo& run)
{
    const bool isSilent = run.doesNotRespond && app::runs::isActive(run.status);
    const bool hasMessage =
        isSilent || run.status == RunStatus::Failed || run.status == RunStatus::Interrupted;
    m_message->setVisible(hasMessage);
    if (!hasMessage) {
        return;
    }
    m_message->clearActions();
    if (isSilent) {
        m_message->setSeverity(MessageBar::Severity::Warning);
        m_message->setText(tr("The engine has said nothing for 30 seconds."),
                           tr("It was asked to end. Killing it goes back to the last checkpoint."));
        return;
    }
    if (run.status == RunStatus::Failed) {
        showFailure(run);
        return;
    }
    m_message->setSeverity(MessageBar::Severity::Warning);
    m_message->setText(tr("Interrupted at step %1.").arg(app::formatCount(run.step)),
                       run.lastCheckpoint > 0
                           ? tr("The checkpoint of step %1 is whole; nothing before it is lost.")
                                 .arg(app::formatCount(run.lastCheckpoint))
                           : tr("There is no checkpoint yet; it would start from the beginning."));
    m_message->addLink(tr("Show the log"), this, [this] { showTab(kLogTab); });
}

void RunDetail::showFailure(const RunInfo& run)
{
    m_message->setSeverity(MessageBar::Severity::Error);
    const QString detail = app::errorDetail(run.error);
    m_message->setText(app::errorSentence(run.error),
                       detail.isEmpty() ? run.logTail.trimmed().section(u'\n', -1) : detail);
    m_message->addLink(tr("Show the log"), this, [this] { showTab(kLogTab); });
}

void RunDetail::act(RunHeader::Action action)
{
    m_notice->hide();
    if (action == RunHeader::Action::Kill) {
        confirmKill();
    } else {
        perform(action);
    }
}

void RunDetail::perform(RunHeader::Action action)
{
    using Action = RunHeader::Action;
    const RunInfo* run = m_center.find(m_folder);
    if (!run) {
        return;
    }
    engine::contract::Result<void> done;
    switch (action) {
    case Action::Checkpoint:
        done = m_center.checkpoint(m_folder);
        break;
    case Action::Pause:
        done = m_center.pause(m_folder);
        break;
    case Action::Resume:
        done = m_center.resume(m_folder);
        break;
    case Action::Stop:
        done = m_center.stop(m_folder);
        break;
    case Action::Kill:
        done = m_center.kill(m_folder);
        break;
    case Action::Continue:
        done = m_center.continueRun(m_folder);
        break;
    case Action::StartAgain:
        m_navigator.go({QStringLiteral("train"),
                        {},
                        {},
                        {{QStringLiteral("job"),
                          app::qs(engine::contract::RunFolder(app::fsPath(m_folder)).job())}}});
        break;
    case Action::Chat:
        m_navigator.go({QStringLiteral("playground"),
                        {},
                        {},
                        {{QStringLiteral("model"), run->basePath},
                         {QStringLiteral("adapter"), bestAdapter(m_folder)}}});
        break;
    case Action::Export:
        m_navigator.go({QStringLiteral("export"),
                        {},
                        {},
                        {{QStringLiteral("adapter"), bestAdapter(m_folder)}}});
        break;
    case Action::Adapter:
        m_navigator.go({QStringLiteral("adapters"), run->id});
        break;
    }
    if (!done.ok()) {
        refuse(app::errorSentence(done.error()), app::errorDetail(done.error()));
    }
}

void RunDetail::confirmKill()
{
    const RunInfo* run = m_center.find(m_folder);
    if (!run) {
        return;
    }
    Question question;
    question.title = tr("Kill %1 now?").arg(run->name);
    question.text = run->lastCheckpoint > 0
                        ? tr("What was trained since step %1 is lost.")
                              .arg(app::formatCount(run->lastCheckpoint))
                        : tr("There is no checkpoint yet: everything trained is lost.");
    question.answers = {
        {QStringLiteral("kill"), tr("Kill now"), Question::Kind::Danger},
        {QStringLiteral("wait"), tr("Wait"), Question::Kind::Cancel},
    };
    m_dialogs.ask(window(), question, [this, folder = m_folder](const Answered& answered) {
        if (answered.id == QLatin1String("kill") && folder == m_folder) {
            perform(RunHeader::Action::Kill);
        }
    });
}

void RunDetail::refuse(const QString& cause, const QString& hint)
{
    m_notice->setText(cause, hint);
    m_notice->show();
}

} // namespace ui::pages::runs
