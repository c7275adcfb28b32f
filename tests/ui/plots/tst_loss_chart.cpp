// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The loss chart by what it reports of itself and by the pixels it draws.
#include "tests/ui/plots/chart_test.h"
#include "ui/plots/loss_chart.h"

#include <QSignalSpy>

#include <limits>

using namespace ui::plots;
using chart_test::fallingLoss;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::unique_ptr<LossChart> shownChart()
{
    auto chart = std::make_unique<LossChart>();
    chart->resize(800, 400);
    chart->show();
    return chart;
}

// Pixels of about this colour.
int countOf(const QImage& image, const QColor& color)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor pixel = image.pixelColor(x, y);
            if (std::abs(pixel.red() - color.red()) + std::abs(pixel.green() - color.green())
                    + std::abs(pixel.blue() - color.blue())
                < 24) {
                ++count;
            }
        }
    }
    return count;
}

QColor seriesColor(int index)
{
    return ui::theme().series(index).color;
}

int countIn(LossChart& chart, const QColor& color)
{
    QCoreApplication::processEvents();
    return countOf(chart.grab().toImage(), color);
}

} // namespace

class TestLossChart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { ui::theme().setScheme(ui::Theme::Scheme::Light); }
    void everythingIsVisibleAtFirst();
    void aLiveRunShowsTheWayAhead();
    void tokensAndTimeAreExtrapolated();
    void smoothingAffectsOnlyTheSmoothLine();
    void appendedPointsSmoothAsIfSetAtOnce();
    void aResumedRunReplacesWhatItRepeats();
    void appendingWhileZoomedKeepsTheView();
    void followingMovesTheZoomedView();
    void zoomingStaysInsideAndResetShowsAll();
    void aLogarithmicAxisLeavesOutWhatHasNoLogarithm_data();
    void aLogarithmicAxisLeavesOutWhatHasNoLogarithm();
    void spikesDoNotFlattenTheCurve();
    void theCrosshairSnapsToMeasuredPoints();
    void arrowKeysWalkTheCrosshair();
    void keysZoomAndReset();
    void theWheelZoomsAboutThePointer();
    void aRectangleZooms();
    void aDoubleClickResets();
    void partsAreDrawnUnlessTurnedOff_data();
    void partsAreDrawnUnlessTurnedOff();
    void theLegendNamesOnlyWhatIsThere();
    void theTableHoldsEveryPoint();
    void aChangeOfThemeChangesColours();
};

void TestLossChart::everythingIsVisibleAtFirst()
{
    auto chart = shownChart();
    chart->setTraining(fallingLoss(1000));
    chart->setValidation({{.step = 0, .value = 2.9}, {.step = 1000, .value = 1.3}});
    QVERIFY(chart->xRange().contains(0));
    QVERIFY(chart->xRange().contains(1000));
    QVERIFY(chart->xRange().upper < 1100);
    QVERIFY(chart->yRange().contains(2.9));
    QVERIFY(chart->yRange().contains(1.2));
    QVERIFY(!chart->isZoomed());
}

void TestLossChart::aLiveRunShowsTheWayAhead()
{
    auto chart = shownChart();
    chart->setTraining(fallingLoss(400));
    const int before = countIn(*chart, ui::theme().chartColor(ui::ChartColor::Future));
    chart->setTotalSteps(1000, true);
    QVERIFY(chart->xRange().contains(1000));
    QTRY_VERIFY(countIn(*chart, ui::theme().chartColor(ui::ChartColor::Future)) != before);
    chart->setTotalSteps(1000, false);
    QVERIFY(!chart->xRange().contains(500));
}

void TestLossChart::tokensAndTimeAreExtrapolated()
{
    auto chart = shownChart();
    chart->setTraining(fallingLoss(400));
    chart->setTotalSteps(1000, true);
    chart->setXUnit(XUnit::Tokens);
    QVERIFY(chart->xRange().contains(1000 * 4096.0));
    QVERIFY(!chart->xRange().contains(1100 * 4096.0));
    chart->setXUnit(XUnit::Time);
    QVERIFY(chart->xRange().contains(500));
    QVERIFY(!chart->xRange().contains(550));
}

void TestLossChart::smoothingAffectsOnlyTheSmoothLine()
{
    LossChart chart;
    chart.setTraining({{.step = 1, .value = 4}, {.step = 2, .value = 1}});
    chart.setSmoothing(0);
    QCOMPARE(chart.smoothedLoss(), std::optional(1.0));
    chart.setSmoothing(1);
    QVERIFY(std::abs(*chart.smoothedLoss() - 2.5) < 0.01);
    QCOMPARE(chart.table().rows.back()[3], 1.0);
}

void TestLossChart::appendedPointsSmoothAsIfSetAtOnce()
{
    const Curve all = fallingLoss(500);
    LossChart whole;
    whole.setTraining(all);
    LossChart grown;
    for (size_t first = 0; first < all.size(); first += 50) {
        const auto from = all.begin() + static_cast<ptrdiff_t>(first);
        grown.appendTraining(Curve(from, from + 50));
    }
    QCOMPARE(grown.smoothedLoss(), whole.smoothedLoss());
    QCOMPARE(grown.table().rows.size(), size_t(500));
}

void TestLossChart::aResumedRunReplacesWhatItRepeats()
{
    LossChart chart;
    chart.setSmoothing(0);
    chart.setTraining(fallingLoss(100));
    chart.appendTraining({{.step = 51, .value = 7}});
    QCOMPARE(chart.table().rows.size(), size_t(51));
    QCOMPARE(chart.smoothedLoss(), std::optional(7.0));
}

void TestLossChart::appendingWhileZoomedKeepsTheView()
{
    auto chart = shownChart();
    chart->setTraining(fallingLoss(1000));
    chart->setXRange({200, 400});
    chart->setYRange({1.5, 2});
    chart->appendTraining({{.step = 1001, .value = 9}});
    chart->setTotalSteps(3000, true);
    QCOMPARE(chart->xRange(), (Interval{200, 400}));
    QCOMPARE(chart->yRange(), (Interval{1.5, 2}));
}

void TestLossChart::followingMovesTheZoomedView()
{
    auto chart = shownChart();
    chart->setTraining(fallingLoss(1000));
    chart->setTotalSteps(5000, true);
    chart->setXRange({200, 400});
    chart->setFollowing(true);
    QVERIFY(chart->xRange().contains(1000));
    QCOMPARE(chart->xRange().size(), 200.0);
    Curve further;
    for (int step = 1001; step <= 2000; ++step) {
        further.push_back({.step = double(step), .value = 1});
    }
    chart->appendTraining(further);
    QTRY_VERIFY(chart->xRange().contains(2000));
    QCOMPARE(chart->xRange().size(), 200.0);
}

void TestLossChart::zoomingStaysInsideAndResetShowsAll()
{
    auto chart = shownChart();
    chart->setTraining(fallingLoss(1000));
    const Interval full = chart->xRange();
    QSignalSpy changed(chart.get(), &ChartView::viewChanged);
    chart->setXRange({-500, 100});
    QCOMPARE(chart->xRange(), (Interval{0, 600}));
    QVERIFY(chart->isZoomed());
    chart->zoom(1.0 / 1000);
    QCOMPARE(chart->xRange(), full);
    QVERIFY(!chart->isZoomed());
    chart->setXRange({10, 20});
    chart->resetView();
    QCOMPARE(chart->xRange(), full);
    QVERIFY(changed.count() >= 4);
}

void TestLossChart::aLogarithmicAxisLeavesOutWhatHasNoLogarithm_data()
{
    QTest::addColumn<double>("odd");
    QTest::newRow("zero") << 0.0;
    QTest::newRow("negative") << -3.0;
    QTest::newRow("not a number") << kNaN;
    QTest::newRow("infinite") << kInfinity;
    QTest::newRow("minus infinite") << -kInfinity;
}

void TestLossChart::aLogarithmicAxisLeavesOutWhatHasNoLogarithm()
{
    QFETCH(double, odd);
    auto chart = shownChart();
    Curve curve = fallingLoss(100);
    curve[40].value = odd;
    curve[99].value = odd;
    chart->setTraining(curve);
    chart->setLogarithmic(true);
    chart->setValidation({{.step = 10, .value = odd}, {.step = 20, .value = 2}});
    const Interval y = chart->yRange();
    QVERIFY(std::isfinite(y.lower) && std::isfinite(y.upper));
    QVERIFY(y.lower > 0.5 && y.upper < 5);
    QVERIFY(countIn(*chart, seriesColor(0)) > 100);
    chart->setLogarithmic(false);
    QVERIFY(std::isfinite(chart->yRange().size()));
    QVERIFY(countIn(*chart, seriesColor(0)) > 100);
}

void TestLossChart::spikesDoNotFlattenTheCurve()
{
    auto chart = shownChart();
    Curve curve = fallingLoss(1000);
    curve[700].value = 1e6;
    chart->setTraining(curve);
    chart->setPartVisible(LossChart::Part::Smoothed, false);
    QVERIFY(chart->yRange().upper < 10);
    QVERIFY(chart->yRange().contains(1.25));
}

void TestLossChart::theCrosshairSnapsToMeasuredPoints()
{
    auto chart = shownChart();
    chart->setSmoothing(0);
    chart->setTraining({{.step = 1, .value = 3}, {.step = 11, .value = 2.5}});
    chart->setValidation({{.step = 5, .value = 2.75}});
    chart->setStepsPerEpoch(10);
    QSignalSpy moved(chart.get(), &ChartView::crosshairMoved);
    chart->setCrosshair(8);
    QCOMPARE(chart->crosshair(), std::optional(11.0));
    QCOMPARE(moved.count(), 1);
    QCOMPARE(chart->crosshairSpoken(),
             QStringLiteral("Step 11 · epoch 1.10, Train 2.500 raw 2.500, Validation (5) 2.750"));
    chart->setCrosshair(std::nullopt);
    QVERIFY(chart->crosshairSpoken().isEmpty());
}

void TestLossChart::arrowKeysWalkTheCrosshair()
{
    auto chart = shownChart();
    chart->setTraining(fallingLoss(100));
    QTest::keyClick(chart.get(), Qt::Key_Left);
    QCOMPARE(chart->crosshair(), std::optional(100.0));
    QTest::keyClick(chart.get(), Qt::Key_Left);
    QCOMPARE(chart->crosshair(), std::optional(99.0));
    QTest::keyClick(chart.get(), Qt::Key_Left, Qt::ShiftModifier);
    QCOMPARE(chart->crosshair(), std::optional(89.0));
    QTest::keyClick(chart.get(), Qt::Key_Right);
    QCOMPARE(chart->crosshair(), std::optional(90.0));
    QCOMPARE(chart->accessibleDescription(), chart->crosshairSpoken());
    chart->setXRange({10, 20});
    QTest::keyClick(chart.get(), Qt::Key_Right);
    QVERIFY(chart->xRange().contains(91));
    QTest::keyClick(chart.get(), Qt::Key_Escape);
    QVERIFY(!chart->crosshair());
}

void TestLossChart::keysZoomAndReset()
{
    auto chart = shownChart();
    chart->setTraining(fallingLoss(100));
    const Interval full = chart->xRange();
    QTest::keyClick(chart.get(), Qt::Key_Plus);
    QVERIFY(chart->xRange().size() < full.size());
    const Interval closer = chart->xRange();
    QTest::keyClick(chart.get(), Qt::Key_PageDown);
    QVERIFY(chart->xRange().lower > closer.lower);
    QTest::keyClick(chart.get(), Qt::Key_F);
    QVERIFY(chart->isFollowing());
    QTest::keyClick(chart.get(), Qt::Key_Home);
    QCOMPARE(chart->xRange(), full);
    QVERIFY(!chart->isFollowing());
}

void TestLossChart::theWheelZoomsAboutThePointer()
{
    auto chart = shownChart();
    chart->setTraining(fallingLoss(1000));
    QVERIFY(QTest::qWaitForWindowExposed(chart.get()));
    QCoreApplication::processEvents();
    QWidget* plot = chart->findChild<QWidget*>();
    const QPointF place(plot->width() / 2.0, plot->height() / 2.0);
    const Interval full = chart->xRange();
    QWheelEvent closer(place, plot->mapToGlobal(place), {}, {0, 240}, Qt::NoButton, {}, {}, false);
    QCoreApplication::sendEvent(plot, &closer);
    QVERIFY(chart->xRange().size() < full.size() * 0.8);
    const Interval y = chart->yRange();
    QWheelEvent taller(
        place, plot->mapToGlobal(place), {}, {0, 240}, Qt::NoButton, Qt::ShiftModifier, {}, false);
    QCoreApplication::sendEvent(plot, &taller);
    QVERIFY(chart->yRange().size() < y.size() * 0.8);
}

void TestLossChart::aRectangleZooms()
{
    auto chart = shownChart();
    chart->setTraining(fallingLoss(1000));
    chart->grab(); // lays the plot out
    QWidget* plot = chart->findChild<QWidget*>();
    const QPoint from(plot->width() / 2, plot->height() / 4);
    const QPoint to(plot->width() * 3 / 4, plot->height() / 2);
    const Interval full = chart->xRange();
    QTest::mousePress(plot, Qt::LeftButton, {}, from);
    QTest::mouseMove(plot, to);
    QTest::mouseRelease(plot, Qt::LeftButton, {}, to);
    QVERIFY(chart->xRange().size() < full.size() / 3);
    QVERIFY(chart->xRange().contains(600));
    const Interval zoomed = chart->xRange();
    QTest::mouseClick(plot, Qt::LeftButton, {}, from);
    QCOMPARE(chart->xRange(), zoomed);
}

void TestLossChart::aDoubleClickResets()
{
    auto chart = shownChart();
    chart->setTraining(fallingLoss(1000));
    chart->setXRange({10, 50});
    QTest::mouseDClick(chart->findChild<QWidget*>(), Qt::LeftButton, {}, QPoint(300, 100));
    QVERIFY(!chart->isZoomed());
}

void TestLossChart::partsAreDrawnUnlessTurnedOff_data()
{
    QTest::addColumn<LossChart::Part>("part");
    QTest::addColumn<QColor>("color");
    QTest::newRow("smoothed") << LossChart::Part::Smoothed << seriesColor(0);
    QTest::newRow("validation") << LossChart::Part::Validation << seriesColor(1);
    QTest::newRow("checkpoints") << LossChart::Part::Checkpoints << seriesColor(2);
    QTest::newRow("samples") << LossChart::Part::Samples << seriesColor(3);
    QTest::newRow("incidents") << LossChart::Part::Incidents
                               << ui::theme().color(ui::Color::Warning);
}

void TestLossChart::partsAreDrawnUnlessTurnedOff()
{
    QFETCH(LossChart::Part, part);
    QFETCH(QColor, color);
    auto chart = shownChart();
    chart->setTraining(fallingLoss(1000));
    chart->setValidation({{.step = 100, .value = 1.9}, {.step = 900, .value = 1.4}});
    chart->setMarkers({{.kind = Marker::Kind::Checkpoint, .step = 400, .text = {}},
                       {.kind = Marker::Kind::Sample, .step = 500, .text = {}},
                       {.kind = Marker::Kind::Incident,
                        .step = 600,
                        .text = QStringLiteral("Step 600 skipped")}});
    const int drawn = countIn(*chart, color);
    QVERIFY(drawn > 5);
    chart->setPartVisible(part, false);
    QVERIFY(!chart->isPartVisible(part));
    QTRY_VERIFY(countIn(*chart, color) < drawn / 2);
    chart->setPartVisible(part, true);
    QTRY_COMPARE(countIn(*chart, color), drawn);
}

void TestLossChart::theLegendNamesOnlyWhatIsThere()
{
    LossChart chart;
    QCOMPARE(chart.legend().size(), size_t(2));
    chart.setMarkers({{.kind = Marker::Kind::Sample, .step = 5, .text = {}}});
    chart.setPartVisible(LossChart::Part::Raw, false);
    const std::vector<LegendEntry> entries = chart.legend();
    QCOMPARE(entries.size(), size_t(3));
    QCOMPARE(entries[1].id, static_cast<int>(LossChart::Part::Raw));
    QVERIFY(!entries[1].on);
    QCOMPARE(entries[2].id, static_cast<int>(LossChart::Part::Samples));
}

void TestLossChart::theTableHoldsEveryPoint()
{
    LossChart chart;
    chart.setTraining({{.step = 1, .value = 3}, {.step = 2, .value = 2}});
    chart.setValidation(
        {{.step = 0, .value = 4}, {.step = 2, .value = 2.5}, {.step = 9, .value = 1}});
    const ChartTable table = chart.table();
    QCOMPARE(table.rows.size(), size_t(4));
    QCOMPARE(table.rows[0][0], 0.0);
    QVERIFY(std::isnan(table.rows[0][3]));
    QCOMPARE(table.rows[2][3], 2.0);
    QCOMPARE(table.rows[2][5], 2.5);
    QCOMPARE(table.rows[3][5], 1.0);
}

void TestLossChart::aChangeOfThemeChangesColours()
{
    auto chart = shownChart();
    chart->setTraining(fallingLoss(1000));
    QVERIFY(countIn(*chart, Qt::white) > 10'000);
    const QColor light = seriesColor(0);
    ui::theme().setScheme(ui::Theme::Scheme::Dark);
    QVERIFY(light != seriesColor(0));
    QTRY_COMPARE(countIn(*chart, Qt::white), 0);
    QVERIFY(countIn(*chart, seriesColor(0)) > 100);
    QVERIFY(countIn(*chart, ui::theme().color(ui::Color::Surface)) > 10'000);
}

STUDIO_TEST_MAIN(TestLossChart)
#include "tst_loss_chart.moc"
