// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The Runs page over run folders with recorded journals: what it shows of each state, and where its
// actions lead.
#include "ui/pages/runs/runs_page.h"

#include "app/runs/run_center.h"
#include "tests/app/runs/run_folders.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/pages/runs/chart_menu.h"
#include "ui/pages/runs/charts_tab.h"
#include "ui/pages/runs/compare_list_model.h"
#include "ui/pages/runs/compare_model.h"
#include "ui/pages/runs/compare_view.h"
#include "ui/pages/runs/queue_model.h"
#include "ui/pages/runs/run_detail.h"
#include "ui/pages/runs/run_list_panel.h"
#include "ui/plots/loss_chart.h"
#include "ui/plots/overlay_chart.h"
#include "ui/widgets/button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/figure_tile.h"
#include "ui/widgets/list_view.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/search_field.h"

#include <QListView>
#include <QSignalSpy>

using namespace ui::pages::runs;
using app::runs::RunStatus;
using Action = RunHeader::Action;

namespace {

const QString kFinished = QStringLiteral("2026-03-01_142208_finished");
const QString kStopped = QStringLiteral("2026-03-01_131908_stopped");
const QString kFailed = QStringLiteral("2026-02-27_090000_failed");

engine::contract::Value jobNamed(const char* name)
{
    using engine::contract::Value;
    return Value::object({{"output", Value::object({{"name", name}})}});
}

// The page in a window, over a studio of its own.
class Opened
{
public:
    explicit Opened(const QStringList& names) : fixture(QStringLiteral("/absent/lora-engine"))
    {
        for (const QString& name : names) {
            make(name);
        }
        // The studio's own first scan may still be under way.
        const auto all = static_cast<std::size_t>(names.size());
        (void)QTest::qWaitFor([this] { return center().isScanned(); });
        center().rescan();
        (void)QTest::qWaitFor([this, all] { return center().runs().size() == all; });
        page = std::make_unique<RunsPage>(*fixture.context);
        page->resize(1232, 796);
        page->show();
    }

    app::runs::RunCenter& center() { return fixture.studio->runs(); }
    QString folder(const QString& name) const { return fixture.paths.runs + '/' + name; }
    const app::runs::RunInfo* run(const QString& name) { return center().find(folder(name)); }

    void open(const QString& name, const QString& tab = {})
    {
        page->open({QStringLiteral("runs"), folder(name), tab});
    }
    QListView* list() const
    {
        return page->findChild<RunListPanel*>()->findChild<ui::widgets::ListView*>();
    }

    test_support::StudioFixture fixture;
    std::unique_ptr<RunsPage> page;

private:
    void make(const QString& name)
    {
        const QString journal = name.section(u'_', -1) + QStringLiteral(".jsonl");
        run_folders::make(fixture.paths.runs, name, run_folders::recording(journal));
        if (name == kFinished) {
            run_folders::finish(folder(name));
        }
        if (name == kStopped) {
            run_folders::checkpoint(folder(name), 1);
        }
    }
};

} // namespace

class TestRunsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutRunsItSaysWhatBelongsHere();
    void theListShowsEveryRunAndOpensTheNewest();
    void aFilterHidesWhatDoesNotMatchAndLeavesTheRunOpen();
    void aFinishedRunIsDrawn();
    void aFinishedRunLeadsOn();
    void aStoppedRunOffersToGoOn();
    void aFailedRunSaysWhy();
    void aDestinationOpensRunAndTab();
    void theChartIsSavedWhereAsked();
    void runsAreComparedWithTheBaselineFirst();
    void noMoreThanSixRunsAreCompared();
    void theQueueIsReorderedAndEmptied();
    void manyRunsAreListed();
};

void TestRunsPage::withoutRunsItSaysWhatBelongsHere()
{
    Opened opened({});
    auto* empty = opened.page->findChild<ui::widgets::EmptyState*>();
    QVERIFY(empty != nullptr);
    bool seen = false;
    for (auto* state : opened.page->findChildren<ui::widgets::EmptyState*>()) {
        seen = seen || state->isVisible();
    }
    QVERIFY(seen);
    QVERIFY(!opened.list()->isVisible());
}

void TestRunsPage::theListShowsEveryRunAndOpensTheNewest()
{
    Opened opened({kFinished, kStopped, kFailed});
    QCOMPARE(opened.list()->model()->rowCount(), 3);
    QTRY_VERIFY(!opened.page->detail().folder().isEmpty());
    QCOMPARE(opened.page->detail().folder(), opened.center().runs().front().folder);
    QVERIFY(opened.page->fact().contains(u'3'));
}

void TestRunsPage::aFilterHidesWhatDoesNotMatchAndLeavesTheRunOpen()
{
    Opened opened({kFinished, kStopped, kFailed});
    opened.open(kFinished);
    auto* search = opened.page->findChild<RunListPanel*>()->findChild<ui::widgets::SearchField*>();
    search->setText(QStringLiteral("no such run"));
    QTRY_COMPARE(opened.list()->model()->rowCount(), 0);
    QCOMPARE(opened.page->detail().folder(), opened.folder(kFinished));
    opened.open(kFailed); // shows it all the same
    QCOMPARE(opened.list()->model()->rowCount(), 3);
    QCOMPARE(opened.page->detail().folder(), opened.folder(kFailed));
}

void TestRunsPage::aFinishedRunIsDrawn()
{
    Opened opened({kFinished});
    opened.open(kFinished);
    auto& chart = opened.page->detail().charts().lossChart();
    QTRY_COMPARE(chart.table().rows.size(), std::size_t(12));
    QVERIFY(chart.xRange().contains(12));
    const auto tiles = opened.page->detail().findChildren<ui::widgets::FigureTile*>();
    QCOMPARE(tiles.size(), 6);
    QCOMPARE(tiles[1]->figure(), QStringLiteral("4.802"));
    QVERIFY(!opened.page->detail().message().isVisible());
}

void TestRunsPage::aFinishedRunLeadsOn()
{
    Opened opened({kFinished});
    opened.open(kFinished);
    QCOMPARE(opened.run(kFinished)->status, RunStatus::Finished);
    RunHeader& header = opened.page->detail().header();
    QVERIFY(header.button(Action::Pause) == nullptr);
    QTest::mouseClick(header.button(Action::Export), Qt::LeftButton);
    QTest::mouseClick(header.button(Action::Chat), Qt::LeftButton);
    QCOMPARE(opened.fixture.visited.size(), 2);
    QCOMPARE(opened.fixture.visited[0].page, QStringLiteral("export"));
    QCOMPARE(opened.fixture.visited[0].options.value(QStringLiteral("adapter")).toString(),
             opened.folder(kFinished) + QStringLiteral("/output/adapter"));
    QCOMPARE(opened.fixture.visited[1].page, QStringLiteral("playground"));
}

void TestRunsPage::aStoppedRunOffersToGoOn()
{
    Opened opened({kStopped});
    opened.open(kStopped);
    RunHeader& header = opened.page->detail().header();
    QVERIFY(header.button(Action::Continue) != nullptr);
    QVERIFY(header.button(Action::Continue)->text().contains(u'1'));
    QTest::mouseClick(header.button(Action::StartAgain), Qt::LeftButton);
    QCOMPARE(opened.fixture.visited.last().page, QStringLiteral("train"));
    QCOMPARE(opened.fixture.visited.last().options.value(QStringLiteral("job")).toString(),
             opened.folder(kStopped) + QStringLiteral("/job.json"));
}

void TestRunsPage::aFailedRunSaysWhy()
{
    Opened opened({kFailed});
    opened.open(kFailed);
    QCOMPARE(opened.run(kFailed)->status, RunStatus::Failed);
    ui::widgets::MessageBar& message = opened.page->detail().message();
    QVERIFY(message.isVisible());
    QCOMPARE(message.severity(), ui::widgets::MessageBar::Severity::Error);
    QVERIFY(message.text().contains(QString::fromStdString(opened.run(kFailed)->error.message)));
}

void TestRunsPage::aDestinationOpensRunAndTab()
{
    Opened opened({kFinished, kFailed});
    opened.open(kFailed, QStringLiteral("log"));
    QCOMPARE(opened.page->detail().folder(), opened.folder(kFailed));
    opened.open(QStringLiteral("not there"));
    QCOMPARE(opened.page->detail().folder(), opened.folder(kFailed));
    opened.open(kFinished, QStringLiteral("compare"));
    QVERIFY(opened.page->isComparing());
    opened.open(kFailed);
    QVERIFY(!opened.page->isComparing());
}

void TestRunsPage::theChartIsSavedWhereAsked()
{
    Opened opened({kFinished});
    opened.open(kFinished);
    auto& charts = opened.page->detail().charts();
    QTRY_COMPARE(charts.lossChart().table().rows.size(), std::size_t(12));
    const QString path = opened.fixture.file(QStringLiteral("loss.csv"));
    opened.fixture.dialogs.paths = {path};
    QSignalSpy written(&charts.menu(), &ChartMenu::written);
    charts.menu().write(ui::plots::ExportFormat::Csv);
    QTRY_COMPARE(written.count(), 1);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().count('\n'), 13);
}

void TestRunsPage::runsAreComparedWithTheBaselineFirst()
{
    Opened opened({kFinished, kStopped, kFailed});
    ui::Destination destination{QStringLiteral("runs")};
    destination.options[QStringLiteral("compare")] =
        QStringList{opened.folder(kStopped), opened.folder(kFinished)};
    opened.page->open(destination);
    auto* model = opened.page->findChild<CompareListModel*>();
    QCOMPARE(model->shown().size(), std::size_t(2));
    QCOMPARE(model->shown().front().folder, opened.folder(kStopped));
    CompareModel& metrics = opened.page->comparison().metrics();
    QCOMPARE(metrics.columnCount(), 3);
    QTRY_COMPARE(metrics.index(0, 2).data().toString(), QStringLiteral("4.802"));
    QTRY_VERIFY(!opened.page->comparison().chart().table().rows.empty());
    model->makeBaseline(opened.folder(kFinished));
    QCOMPARE(model->shown().front().folder, opened.folder(kFinished));
    QTRY_COMPARE(metrics.index(0, 1).data().toString(), QStringLiteral("4.802"));
}

void TestRunsPage::noMoreThanSixRunsAreCompared()
{
    QStringList names;
    for (int number = 0; number < 8; ++number) {
        names.append(QStringLiteral("2026-02-0%1_100000_stopped").arg(number + 1));
    }
    Opened opened(names);
    auto* model = opened.page->findChild<CompareListModel*>();
    QSignalSpy refused(model, &CompareListModel::refused);
    QSet<int> series;
    for (const QString& name : names) {
        model->setChecked(opened.folder(name), true);
    }
    for (const CompareListModel::Shown& run : model->shown()) {
        series.insert(run.series);
    }
    QCOMPARE(model->shown().size(), std::size_t(6));
    QCOMPARE(series.size(), 6);
    QCOMPARE(refused.count(), 2);
}

void TestRunsPage::theQueueIsReorderedAndEmptied()
{
    Opened opened({kFinished});
    opened.center().setQueueHeld(true);
    for (const char* name : {"first", "second", "third"}) {
        QVERIFY(opened.center().enqueue(jobNamed(name)).ok());
    }
    auto* model = opened.page->findChild<QueueModel*>();
    QCOMPARE(model->rowCount(), 3);
    model->move(2, 0);
    QCOMPARE(opened.center().queue().front().name, QStringLiteral("third"));
    QListView* list = nullptr;
    for (auto* view : opened.page->findChildren<QListView*>()) {
        list = view->model() == model ? view : list;
    }
    QVERIFY(list != nullptr && list->isVisible());
    list->setCurrentIndex(model->index(0));
    QTest::keyClick(list, Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(opened.center().queue()[1].name, QStringLiteral("third"));
    QCOMPARE(list->currentIndex().row(), 1);
    QTest::keyClick(list, Qt::Key_Delete);
    QCOMPARE(opened.center().queue().size(), std::size_t(2));
    model->remove(0);
    model->remove(0);
    QVERIFY(!list->isVisible());
}

void TestRunsPage::manyRunsAreListed()
{
    QStringList names;
    for (int number = 0; number < 60; ++number) {
        names.append(QStringLiteral("2026-01-01_%1_stopped").arg(number, 6, 10, QChar(u'0')));
    }
    Opened opened(names);
    QTRY_COMPARE(opened.list()->model()->rowCount(), 60);
    opened.list()->scrollToBottom();
    QVERIFY(opened.list()->indexAt(QPoint(20, 20)).row() > 40);
}

STUDIO_TEST_MAIN(TestRunsPage)
#include "tst_runs_page.moc"
