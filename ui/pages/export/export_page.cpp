// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/export_page.h"

#include "app/base/engine_text.h"
#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/task.h"
#include "app/base/text.h"
#include "app/base/write_file.h"
#include "app/engine/catalog_access.h"
#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/pages/export/earlier_exports.h"
#include "ui/pages/export/export_job.h"
#include "ui/pages/export/export_places.h"
#include "ui/pages/export/plan_panel.h"
#include "ui/pages/export/progress_panel.h"
#include "ui/pages/export/report_panel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/empty_state.h"

#include <QDesktopServices>
#include <QDir>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QTimer>
#include <QUrl>

#include <chrono>

namespace ui::pages::exporting {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using engine::contract::Result;
using engine::contract::Value;

namespace {

enum RightSide { kEmpty, kWriting, kReport, kEarlier };

constexpr int kMostAdapters = 500;
constexpr auto kCheckAfter = 250ms;

} // namespace

ExportPage::ExportPage(PageContext& context)
    : Page(u"export"_s, context), m_plan(new PlanPanel), m_right(new QStackedWidget),
      m_progress(new ProgressPanel),
      m_report(new ReportPanel([this](const QString& format) { return formatName(format); })),
      m_earlier(new EarlierExports(studio().library(),
                                   [this](const QString& format) { return formatName(format); })),
      m_showEarlier(widgets::ghostButton(tr("Earlier exports"), u"clock"_s)),
      m_check(new QTimer(this))
{
    m_showEarlier->setParent(this); // until the top bar takes it
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme().px(24), theme().px(16), theme().px(24), theme().px(16));
    layout->setSpacing(theme().px(16));
    layout->addWidget(m_plan);
    layout->addWidget(makeRight(), 1);
    m_check->setSingleShot(true);
    m_check->setInterval(kCheckAfter);
    m_plan->setEngineProgram(engineProgram());
    connectPanels();
    loadExporters();
    loadAdapters();
}

ExportPage::~ExportPage() = default;

QWidget* ExportPage::makeRight()
{
    m_right->addWidget(new widgets::EmptyState(
        u"export"_s,
        tr("Nothing written yet"),
        tr("A merged model is compared with base and adapter before its folder is put in place. "
           "The report appears here.")));
    m_right->addWidget(m_progress);
    m_right->addWidget(m_report);
    m_right->addWidget(m_earlier);
    return m_right;
}

void ExportPage::connectPanels()
{
    connect(m_plan, &PlanPanel::adapterChanged, this, [this] {
        askAboutBase();
        proposeFolder();
    });
    connect(m_plan, &PlanPanel::planChanged, m_check, qOverload<>(&QTimer::start));
    connect(m_check, &QTimer::timeout, this, &ExportPage::checkPlaces);
    connect(m_plan, &PlanPanel::startRequested, this, &ExportPage::start);
    connect(m_plan, &PlanPanel::folderRequested, this, [this] {
        dialogs().openFolder(this, tr("Folder to write into"), [this](const QString& folder) {
            m_plan->setFolder(folder);
        });
    });
    connect(m_progress, &ProgressPanel::cancelled, this, [this] { m_job->cancel(); });
    connect(m_report, &ReportPanel::saveRequested, this, &ExportPage::saveReport);
    connect(
        m_report, &ReportPanel::revealRequested, this, [this] { reveal(m_job->plan().folder); });
    connect(m_earlier, &EarlierExports::revealRequested, this, &ExportPage::reveal);
    connect(m_earlier, &EarlierExports::closed, this, [this] {
        m_right->setCurrentIndex(m_beforeEarlier);
    });
    connect(m_showEarlier, &QAbstractButton::clicked, this, [this] {
        if (m_right->currentIndex() != kEarlier) {
            m_beforeEarlier = m_right->currentIndex();
            m_earlier->reload();
            m_right->setCurrentIndex(kEarlier);
        }
    });
    connect(&studio().engine(),
            &app::engine::EngineService::catalogChanged,
            this,
            &ExportPage::loadExporters);
    connect(&studio().library(),
            &app::library::Library::changed,
            this,
            [this](app::library::Table table) {
                if (table == app::library::Table::Adapters) {
                    loadAdapters();
                }
            });
}

QString ExportPage::fact() const
{
    if (!m_job || m_job->isRunning()) {
        return m_job ? tr("%1 · being written").arg(m_job->plan().adapterName) : QString();
    }
    return tr("%1 · ended %2, took %3")
        .arg(m_job->plan().adapterName,
             app::formatWhen(m_finished),
             app::formatDuration(m_job->seconds()));
}

QList<QWidget*> ExportPage::topBarWidgets()
{
    return {m_showEarlier};
}

void ExportPage::open(const Destination& destination)
{
    const QString option = destination.options.value(u"adapter"_s).toString();
    m_wanted = option.isEmpty() ? destination.item : option;
    if (!m_wanted.isEmpty() && m_plan->chooseAdapter(m_wanted)) {
        m_wanted.clear();
    }
    checkPlaces();
}

void ExportPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    const Theme& look = theme();
    m_plan->setFixedWidth(look.px(width() < look.px(1000)   ? 320
                                  : width() < look.px(1160) ? 376
                                                            : 440));
}

void ExportPage::loadAdapters()
{
    auto adapters = studio().library().adapters().list({}, kMostAdapters);
    m_plan->setAdapters(adapters ? std::move(adapters).value()
                                 : std::vector<app::library::Adapter>());
    if (!m_wanted.isEmpty() && m_plan->chooseAdapter(m_wanted)) {
        m_wanted.clear();
    }
}

void ExportPage::loadExporters()
{
    if (const auto* catalog = studio().engine().catalog()) {
        m_plan->setCatalog(*catalog);
    }
}

void ExportPage::askAboutBase()
{
    studio().engine().cancel(m_question);
    const app::library::Adapter* const adapter = m_plan->adapter();
    if (!adapter || adapter->basePath.isEmpty()) {
        return;
    }
    m_question =
        studio().engine().ask(u"inspect model"_s,
                              Value::object({{"model", app::stdString(adapter->basePath)}}),
                              this,
                              [this](const Result<Value>& answer) {
                                  if (answer) {
                                      m_plan->setBase(baseFacts(answer.value()));
                                  } else {
                                      m_plan->setRefusal(app::errorSentence(answer.error()) + u' '
                                                         + app::errorDetail(answer.error()));
                                  }
                              });
}

void ExportPage::proposeFolder()
{
    const app::library::Adapter* const adapter = m_plan->adapter();
    if (!adapter) {
        return;
    }
    // A name is only a name: what a path must not hold becomes a hyphen.
    QString name = adapter->name;
    name.replace(u'/', u'-');
    if (name.startsWith(u'.') || name.isEmpty()) {
        name = u"adapter"_s;
    }
    app::runThen(
        this,
        [wanted = QDir(studio().paths().exports).filePath(name)] { return freeFolder(wanted); },
        [this](const QString& folder) {
            m_plan->proposeFolder(folder);
            checkPlaces();
        });
}

void ExportPage::checkPlaces()
{
    const ExportPlan plan = m_plan->plan();
    if (plan.adapterPath.isEmpty() || plan.folder.isEmpty()) {
        return;
    }
    app::runThen(
        this,
        [plan] { return placesOf(plan); },
        [this, plan](const Places& places) {
            const ExportPlan now = m_plan->plan();
            if (now.folder != plan.folder || now.formats != plan.formats
                || now.adapterPath != plan.adapterPath) {
                return; // the answer to a later question comes
            }
            m_plan->setFreeBytes(places.disk.known ? std::optional<qint64>(places.disk.freeBytes)
                                                   : std::nullopt);
            if (!places.hasAdapter) {
                m_plan->setRefusal(tr("The adapter is no longer at %1.").arg(plan.adapterPath));
            } else if (!places.hasBase) {
                m_plan->setRefusal(tr("The base model is not at %1. Add it on the Models page.")
                                       .arg(plan.basePath));
            } else if (!places.taken.isEmpty()) {
                m_plan->setRefusal(tr("%1 exists already and is not empty. Choose another folder.")
                                       .arg(places.taken.first()));
            }
        });
}

void ExportPage::start()
{
    m_job = std::make_unique<ExportJob>(engineProgram(), m_plan->plan());
    connect(m_job.get(), &ExportJob::progress, this, [this](int index, qint64 done, qint64 total) {
        const QStringList& formats = m_job->plan().formats;
        m_progress->show(
            formatName(formats.value(index)), index, static_cast<int>(formats.size()), done, total);
    });
    connect(m_job.get(), &ExportJob::finished, this, &ExportPage::finish);
    m_plan->setRunning(true);
    m_right->setCurrentIndex(kWriting);
    m_job->start();
    Q_EMIT headingChanged();
}

void ExportPage::finish()
{
    m_finished = QDateTime::currentDateTime();
    record();
    m_report->show(*m_job, engineProgram());
    m_right->setCurrentIndex(kReport);
    m_plan->setRunning(false);
    m_plan->setWritten(true);
    proposeFolder();
    Q_EMIT headingChanged();
}

void ExportPage::record()
{
    const ExportPlan& plan = m_job->plan();
    for (const ExportResult& result : m_job->results()) {
        if (!result.isWritten()) {
            continue;
        }
        app::library::Export made;
        made.adapters = {plan.adapterId};
        made.basePath = plan.basePath;
        made.format = result.format;
        made.path = result.target;
        made.bytes = result.bytes();
        made.verification = result.answer["verification"];
        made.made = m_finished;
        if (const auto added = studio().library().exports().add(made); !added) {
            qWarning("the export is not recorded: %s", added.error().message.c_str());
        }
    }
}

void ExportPage::saveReport()
{
    const QByteArray text = QByteArray::fromStdString(toJson(reportOf(*m_job), 2) + "\n");
    dialogs().saveFile(this,
                       tr("Save the report"),
                       m_job->plan().adapterName + u"-export.json"_s,
                       tr("JSON (*.json)"),
                       [this, text](const QString& path) {
                           app::runThen(
                               this,
                               [path, text] { return app::writeFileAtomically(path, text); },
                               [this](const Result<void>& written) {
                                   if (!written) {
                                       m_plan->setRefusal(app::errorSentence(written.error()));
                                   }
                               });
                       });
}

void ExportPage::reveal(const QString& folder)
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(folder));
}

QString ExportPage::formatName(const QString& format) const
{
    const auto* catalog = studio().engine().catalog();
    const auto* entry =
        catalog ? app::engine::findExporter(*catalog, app::stdString(format)) : nullptr;
    return entry ? app::engineText(entry->name) : format;
}

QString ExportPage::engineProgram() const
{
    return studio().engine().program();
}

std::unique_ptr<Page> makePage(PageContext& context)
{
    return std::make_unique<ExportPage>(context);
}

} // namespace ui::pages::exporting
