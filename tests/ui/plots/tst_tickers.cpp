// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How ticks are written.
#include "ui/plots/tickers.h"

#include <QTest>

using namespace ui::plots;

class TestTickers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void valuesShowWhatTheirStepNeeds_data();
    void valuesShowWhatTheirStepNeeds();
    void timesUseWholeUnits_data();
    void timesUseWholeUnits();
};

void TestTickers::valuesShowWhatTheirStepNeeds_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<double>("step");
    QTest::addColumn<QString>("label");
    QTest::newRow("whole") << 1200.0 << 400.0 << "1,200";
    QTest::newRow("tenths") << 2.0 << 0.4 << "2.0";
    QTest::newRow("quarters") << 0.5 << 0.25 << "0.50";
    QTest::newRow("hundredths") << 1.25 << 0.05 << "1.25";
    QTest::newRow("no minus before zero") << -1e-17 << 0.1 << "0.0";
    QTest::newRow("tiny") << 2e-12 << 1e-12 << "2e-12";
}

void TestTickers::valuesShowWhatTheirStepNeeds()
{
    QFETCH(double, value);
    QFETCH(double, step);
    QFETCH(QString, label);
    QCOMPARE(valueLabel(value, step), label);
}

void TestTickers::timesUseWholeUnits_data()
{
    QTest::addColumn<double>("seconds");
    QTest::addColumn<QString>("label");
    QTest::newRow("start") << 0.0 << "0";
    QTest::newRow("seconds") << 30.0 << "30 s";
    QTest::newRow("minutes") << 300.0 << "5 min";
    QTest::newRow("minutes and seconds") << 90.0 << "1 min 30";
    QTest::newRow("hours") << 7200.0 << "2 h";
    QTest::newRow("hours and minutes") << 5400.0 << "1 h 30";
}

void TestTickers::timesUseWholeUnits()
{
    QFETCH(double, seconds);
    QFETCH(QString, label);
    QCOMPARE(timeLabel(seconds, 30), label);
}

QTEST_APPLESS_MAIN(TestTickers)
#include "tst_tickers.moc"
