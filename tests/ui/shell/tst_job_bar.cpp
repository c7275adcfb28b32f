// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/runs/run_info.h"
#include "tests/support/studio_test.h"
#include "ui/shell/job_bar_state.h"
#include "ui/shell/job_bar_view.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/progress_bar.h"
#include "ui/widgets/sparkline.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using app::runs::RunInfo;
using app::runs::RunStatus;
using namespace ui::shell;

namespace {

RunInfo training()
{
    RunInfo run;
    run.folder = QStringLiteral("/runs/kestrel-r16");
    run.name = QStringLiteral("kestrel-r16");
    run.status = RunStatus::Running;
    run.phase = QStringLiteral("training");
    run.step = 1240;
    run.totalSteps = 2676;
    run.secondsLeft = 598;
    run.lastLoss = 1.262;
    run.lossPoints = {{0, 3}, {600, 2}, {1240, 1.26}};
    return run;
}

RunInfo with(RunStatus status)
{
    RunInfo run = training();
    run.status = status;
    if (status == RunStatus::Starting) {
        run.phase.clear();
    }
    run.error.message = "diverged at step 212";
    return run;
}

} // namespace

class TestJobBar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyStateSaysWhatCanBeDone_data();
    void everyStateSaysWhatCanBeDone();
    void aRunningJobTellsItsProgress();
    void theLastResultIsToldWhenIdle();
    void aRunWithoutStepsClaimsNoProgress();
    void aRunThatIsPreparedShowsHowFar();
    void buttonsAskForWhatTheySay();
    void aClickAnywhereOpensTheRun();
    void aNarrowBarDropsSparklineThenLossThenDevice();
    void theTimeLeftFitsAndFiguresStandStill();
    void queueAndDeviceAreNamedShortly();
};

void TestJobBar::everyStateSaysWhatCanBeDone_data()
{
    QTest::addColumn<RunStatus>("status");
    QTest::addColumn<QString>("phase");
    QTest::addColumn<QString>("actions"); // p(ause) r(esume) s(top) c(ontinue) w(hy)
    QTest::newRow("starting") << RunStatus::Starting << "Starting"
                              << "s";
    QTest::newRow("running") << RunStatus::Running << "Training"
                             << "ps";
    QTest::newRow("paused") << RunStatus::Paused << "Paused"
                            << "rs";
    QTest::newRow("stopping") << RunStatus::Stopping << "Stopping"
                              << "";
    QTest::newRow("failed") << RunStatus::Failed << "Failed"
                            << "w";
    QTest::newRow("interrupted") << RunStatus::Interrupted << "Interrupted"
                                 << "c";
}

void TestJobBar::everyStateSaysWhatCanBeDone()
{
    QFETCH(RunStatus, status);
    QFETCH(QString, phase);
    QFETCH(QString, actions);
    const JobBarState state = jobBarState(with(status));
    QCOMPARE(state.phase, phase);
    const QString found = QString(state.canPause ? "p" : "") + (state.canResume ? "r" : "")
                          + (state.canStop ? "s" : "") + (state.canContinue ? "c" : "")
                          + (state.canExplain ? "w" : "");
    QCOMPARE(found, actions);
}

void TestJobBar::aRunningJobTellsItsProgress()
{
    const JobBarState state = jobBarState(training());
    QCOMPARE(state.steps, QString("1,240 / 2,676"));
    QCOMPARE(state.loss, QString("1.262"));
    QVERIFY(state.percent.startsWith("46"));
    QCOMPARE(state.rest, QString("9 min 58 s left"));
    QCOMPARE(state.points.size(), 3);
    QCOMPARE(jobBarState(with(RunStatus::Paused)).rest, QString("device is free"));
    QCOMPARE(jobBarState(with(RunStatus::Failed)).rest, QString("diverged at step 212"));
}

void TestJobBar::theLastResultIsToldWhenIdle()
{
    QCOMPARE(idleJobBarState(nullptr).phase, QString("No job running"));
    QVERIFY(idleJobBarState(nullptr).rest.isEmpty());
    RunInfo run = with(RunStatus::Finished);
    run.bestEvalLoss = 1.311;
    const JobBarState state = idleJobBarState(&run);
    QVERIFY(state.rest.contains("kestrel-r16"));
    QVERIFY(state.rest.contains("1.311"));
    QCOMPARE(state.folder, run.folder);
    QVERIFY(!state.canStop);
}

void TestJobBar::aRunWithoutStepsClaimsNoProgress()
{
    RunInfo run = training();
    run.totalSteps = 0;
    run.lastLoss.reset();
    const JobBarState state = jobBarState(run);
    QVERIFY(state.share < 0);
    QVERIFY(state.steps.isEmpty());
    QVERIFY(state.loss.isEmpty());
    JobBarView view;
    view.resize(1440, 48);
    view.show(state);
    view.QWidget::show();
    QVERIFY(!view.findChild<ui::widgets::ProgressBar*>()->isVisible());
}

void TestJobBar::aRunThatIsPreparedShowsHowFar()
{
    RunInfo run = with(RunStatus::Starting);
    run.step = 0;
    run.phase = QStringLiteral("tokenizing");
    run.work = QStringLiteral("reading");
    run.workShare = 0.43;
    const JobBarState state = jobBarState(run);
    QCOMPARE(state.phase, QString("Reading the data"));
    QCOMPARE(state.share, 0.43);
    QVERIFY(state.percent.startsWith("43"));
    QVERIFY(state.steps.isEmpty()); // there are none yet, though their number is known
    QVERIFY(state.canStop);
    JobBarView view;
    view.resize(1440, 48);
    view.show(state);
    view.QWidget::show();
    QVERIFY(view.findChild<ui::widgets::ProgressBar*>()->isVisible());
    QStringList words;
    for (const auto* label : view.findChildren<QLabel*>()) {
        words << (label->isVisible() ? label->text() : QString());
    }
    QVERIFY(!words.contains("Step"));
    run.workShare = -1;
    QVERIFY(jobBarState(run).share < 0);
    view.show(jobBarState(training()));
    words.clear();
    for (const auto* label : view.findChildren<QLabel*>()) {
        words << (label->isVisible() ? label->text() : QString());
    }
    QVERIFY(words.contains("Step"));
}

void TestJobBar::buttonsAskForWhatTheySay()
{
    JobBarView view;
    view.resize(1440, 48);
    view.QWidget::show();
    const auto button = [&view](const QString& name) -> QAbstractButton* {
        for (QAbstractButton* candidate : view.findChildren<QAbstractButton*>()) {
            if (candidate->isVisible()
                && (candidate->text() == name || candidate->accessibleName() == name)) {
                return candidate;
            }
        }
        return nullptr;
    };
    QSignalSpy pause(&view, &JobBarView::pauseRequested);
    QSignalSpy stop(&view, &JobBarView::stopRequested);
    QSignalSpy resume(&view, &JobBarView::resumeRequested);
    QSignalSpy goOn(&view, &JobBarView::continueRequested);
    QSignalSpy why(&view, &JobBarView::whyRequested);
    view.show(jobBarState(training()));
    QVERIFY(button("Pause") && button("Stop and save"));
    button("Pause")->click();
    button("Stop and save")->click();
    view.show(jobBarState(with(RunStatus::Paused)));
    QVERIFY(!button("Pause"));
    button("Resume")->click();
    view.show(jobBarState(with(RunStatus::Interrupted)));
    button("Resume")->click();
    view.show(jobBarState(with(RunStatus::Failed)));
    button("Why?")->click();
    QCOMPARE(pause.size(), 1);
    QCOMPARE(stop.size(), 1);
    QCOMPARE(resume.size(), 1);
    QCOMPARE(goOn.size(), 1);
    QCOMPARE(why.size(), 1);
}

void TestJobBar::aClickAnywhereOpensTheRun()
{
    JobBarView view;
    view.resize(1440, 48);
    view.QWidget::show();
    QSignalSpy opened(&view, &JobBarView::runRequested);
    QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(700, 3));
    QCOMPARE(opened.size(), 0); // there is none
    view.show(jobBarState(training()));
    QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(700, 3));
    QCOMPARE(opened.size(), 1);
}

void TestJobBar::aNarrowBarDropsSparklineThenLossThenDevice()
{
    // Within a window, as in the studio: a window itself never gets smaller than its layout.
    QWidget window;
    window.resize(1440, 48);
    window.show();
    JobBarView view(&window);
    view.QWidget::show();
    view.show(jobBarState(training()));
    view.showQueue(queueText(2, false));
    view.showDevice(QStringLiteral("RTX 4060 · 4.27 of 8.00 GiB"), {});
    const auto label = [&view](const QString& text) {
        for (const QLabel* candidate : view.findChildren<QLabel*>()) {
            if (candidate->text() == text) {
                return candidate->isVisible();
            }
        }
        return false;
    };
    QString dropped;
    for (int width = 1440; width >= 480; width -= 8) {
        view.resize(width, 48);
        const bool sparkline = view.findChild<ui::widgets::Sparkline*>()->isVisible();
        const bool loss = label("1.262");
        const bool device = label(QStringLiteral("RTX 4060 · 4.27 of 8.00 GiB"));
        const QString now = QString(sparkline ? "" : "s") + (loss ? "" : "l") + (device ? "" : "d");
        QVERIFY2(now.startsWith(dropped), qPrintable(dropped + " then " + now));
        dropped = now;
    }
    QCOMPARE(dropped, QString("sld"));
    view.resize(1440, 48);
    QVERIFY(view.findChild<ui::widgets::Sparkline*>()->isVisible());
}

void TestJobBar::theTimeLeftFitsAndFiguresStandStill()
{
    QWidget window;
    window.resize(1440, 48);
    window.show();
    JobBarView view(&window);
    view.resize(1440, 48);
    view.QWidget::show();
    view.showQueue(queueText(0, false));
    view.showDevice(QStringLiteral("RTX 4060 · 4.27 of 8.00 GiB"), {});
    RunInfo run = training();
    view.show(jobBarState(run));
    const auto label = [&view](const QString& text) -> const QLabel* {
        for (const QLabel* candidate : view.findChildren<QLabel*>()) {
            if (candidate->text() == text) {
                return candidate;
            }
        }
        return nullptr;
    };
    const auto* rest = view.findChild<ui::widgets::ElidedLabel*>();
    const auto* bar = view.findChild<ui::widgets::ProgressBar*>();
    QCoreApplication::processEvents();
    QCOMPARE(rest->shownText(), QString("9 min 58 s left"));
    const QLabel* word = label("Step");
    const QLabel* steps = label("1,240 / 2,676");
    QVERIFY(word != nullptr && steps != nullptr);
    QCOMPARE(word->width(), word->sizeHint().width());
    QVERIFY(steps->x() - word->geometry().right()
            < 2 * QFontMetrics(steps->font()).averageCharWidth());
    const QRect place(bar->mapTo(&view, QPoint()), bar->size());
    const int restPlace = rest->x();

    run.step = 1311;
    run.secondsLeft = 61;
    view.show(jobBarState(run));
    QCoreApplication::processEvents();
    QCOMPARE(QRect(bar->mapTo(&view, QPoint()), bar->size()), place);
    QCOMPARE(rest->x(), restPlace);
}

void TestJobBar::queueAndDeviceAreNamedShortly()
{
    QCOMPARE(queueText(0, false), QString("Queue empty"));
    QVERIFY(queueText(2, false).contains('2'));
    QVERIFY(queueText(2, true) != queueText(2, false));
    QCOMPARE(shortDeviceName("cuda:0", "NVIDIA GeForce RTX 4060 Laptop GPU"), QString("RTX 4060"));
    QCOMPARE(shortDeviceName("cuda:0", "NVIDIA H100 80GB HBM3"), QString("H100 80GB HBM3"));
    QCOMPARE(shortDeviceName("cpu", "Intel(R) Xeon(R)"), QString("CPU"));
}

STUDIO_TEST_MAIN(TestJobBar)
#include "tst_job_bar.moc"
