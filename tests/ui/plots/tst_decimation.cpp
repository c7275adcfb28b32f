// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Decimation against brute force: few points, and every extreme of every pixel column among them.
#include "ui/plots/decimation.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <map>
#include <random>

using namespace ui::plots;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Data
{
    std::vector<double> x;
    std::vector<double> y;
};

// A noisy curve with unevenly spaced x.
Data noise(int count, double holes = 0)
{
    std::mt19937 random(7);
    std::uniform_real_distribution<double> uniform;
    std::normal_distribution<double> normal;
    Data data;
    double x = 0;
    for (int index = 0; index < count; ++index) {
        x += uniform(random) * 2;
        data.x.push_back(x);
        data.y.push_back(uniform(random) < holes ? kNaN : normal(random));
    }
    return data;
}

struct Extent
{
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -std::numeric_limits<double>::infinity();
    int points = 0;

    bool operator==(const Extent& other) const
    {
        return lowest == other.lowest && highest == other.highest;
    }
};

// Per column, the slow and obvious way.
std::map<int, Extent>
extents(const std::vector<double>& x, const std::vector<double>& y, const PixelColumns& columns)
{
    std::map<int, Extent> found;
    for (size_t index = 0; index < x.size(); ++index) {
        if (x[index] < columns.lower || x[index] > columns.upper || !std::isfinite(y[index])) {
            continue;
        }
        const double share = (x[index] - columns.lower) / (columns.upper - columns.lower);
        Extent& extent = found[static_cast<int>(share * columns.count)];
        extent.lowest = std::min(extent.lowest, y[index]);
        extent.highest = std::max(extent.highest, y[index]);
        ++extent.points;
    }
    return found;
}

} // namespace

class TestDecimation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyExtremeOfEveryColumnIsKept_data();
    void everyExtremeOfEveryColumnIsKept();
    void shortCurvesAreKeptWhole();
    void aNeighbourOnEitherSideIsKept();
    void aHoleBreaksTheLine();
    void anEmptyCurveStaysEmpty();
};

void TestDecimation::everyExtremeOfEveryColumnIsKept_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("columns");
    QTest::addColumn<double>("from"); // share of the range
    QTest::addColumn<double>("to");
    QTest::addColumn<double>("holes");
    QTest::newRow("100 000 points") << 100'000 << 1000 << 0.0 << 1.0 << 0.0;
    QTest::newRow("a part of them") << 100'000 << 777 << 0.31 << 0.83 << 0.0;
    QTest::newRow("just above the limit") << 4100 << 1000 << 0.0 << 1.0 << 0.0;
    QTest::newRow("with holes") << 50'000 << 640 << 0.1 << 0.9 << 0.3;
    QTest::newRow("one column") << 9000 << 1 << 0.0 << 1.0 << 0.0;
}

void TestDecimation::everyExtremeOfEveryColumnIsKept()
{
    QFETCH(int, count);
    QFETCH(int, columns);
    QFETCH(double, from);
    QFETCH(double, to);
    QFETCH(double, holes);
    const Data data = noise(count, holes);
    const PixelColumns pixels{data.x.back() * from, data.x.back() * to, columns};

    const DecimatedCurve curve = decimate(data.x, data.y, pixels);

    QVERIFY(curve.x.size() <= static_cast<size_t>(columns) * 4 + 2);
    QVERIFY(std::is_sorted(curve.x.begin(), curve.x.end()));
    const std::map<int, Extent> expected = extents(data.x, data.y, pixels);
    const std::map<int, Extent> kept = extents(curve.x, curve.y, pixels);
    QVERIFY(expected == kept);
    for (const auto& [column, extent] : kept) {
        QVERIFY(extent.points <= 4);
    }
}

void TestDecimation::shortCurvesAreKeptWhole()
{
    const Data data = noise(4000);
    const DecimatedCurve curve = decimate(data.x, data.y, {0, data.x.back(), 1000});
    QCOMPARE(curve.x, data.x);
    QCOMPARE(curve.y, data.y);
}

void TestDecimation::aNeighbourOnEitherSideIsKept()
{
    const Data data = noise(10'000);
    const DecimatedCurve curve = decimate(data.x, data.y, {data.x[2000], data.x[8000], 100});
    QCOMPARE(curve.x.front(), data.x[1999]);
    QCOMPARE(curve.x.back(), data.x[8001]);
}

void TestDecimation::aHoleBreaksTheLine()
{
    const std::vector<double> x = {0, 1, 2, 3, 4, 5};
    const std::vector<double> y = {1, kNaN, kNaN, std::numeric_limits<double>::infinity(), 2, 3};
    const DecimatedCurve curve = decimate(x, y, {0, 5, 100});
    QCOMPARE(curve.x, (std::vector<double>{0, 1, 4, 5}));
    QVERIFY(std::isnan(curve.y[1]));
    QCOMPARE(curve.y[2], 2.0);
}

void TestDecimation::anEmptyCurveStaysEmpty()
{
    QVERIFY(decimate({}, {}, {0, 1, 100}).x.empty());
}

QTEST_APPLESS_MAIN(TestDecimation)
#include "tst_decimation.moc"
