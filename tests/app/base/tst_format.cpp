// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/format.h"

#include <QLocale>
#include <QTest>

#include <cmath>
#include <limits>

using namespace app;

class TestFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English)); }
    void countsAreSeparatedByTheLocale();
    void shortCountsHaveThreeDigits_data();
    void shortCountsHaveThreeDigits();
    void bytesAreDecimal_data();
    void bytesAreDecimal();
    void memoryIsBinary_data();
    void memoryIsBinary();
    void percentagesHaveAThinSpace_data();
    void percentagesHaveAThinSpace();
    void durationsUseTwoUnits_data();
    void durationsUseTwoUnits();
    void daysAreNamedWhenNear_data();
    void daysAreNamedWhenNear();
    void learningRatesAreWrittenLikeCode_data();
    void learningRatesAreWrittenLikeCode();
    void lossesHaveFourDigits();
    void missingNumbersAreADash();
};

void TestFormat::countsAreSeparatedByTheLocale()
{
    QCOMPARE(formatCount(8798208), QStringLiteral("8,798,208"));
    QLocale::setDefault(QLocale(QLocale::German));
    QCOMPARE(formatCount(8798208), QStringLiteral("8.798.208"));
    QCOMPARE(formatLearningRate(0.00015), QStringLiteral("1.5e-4"));
    QLocale::setDefault(QLocale(QLocale::English));
}

void TestFormat::shortCountsHaveThreeDigits_data()
{
    QTest::addColumn<qint64>("count");
    QTest::addColumn<QString>("text");
    QTest::newRow("zero") << qint64(0) << "0";
    QTest::newRow("small") << qint64(9999) << "9,999";
    QTest::newRow("thousands") << qint64(92100) << "92.1 K";
    QTest::newRow("below a million") << qint64(540672) << "0.54 M";
    QTest::newRow("nearly a million") << qint64(999999) << "1.00 M";
    QTest::newRow("millions") << qint64(8798208) << "8.80 M";
    QTest::newRow("many millions") << qint64(494032768) << "494 M";
    QTest::newRow("nearly a billion") << qint64(999800000) << "1.00 B";
    QTest::newRow("billions") << qint64(1240000000) << "1.24 B";
    QTest::newRow("rounds into a digit") << qint64(9996000) << "10.0 M";
}

void TestFormat::shortCountsHaveThreeDigits()
{
    QFETCH(qint64, count);
    QTEST(formatShort(count), "text");
}

void TestFormat::bytesAreDecimal_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("bytes") << qint64(512) << "512 B";
    QTest::newRow("kilobytes") << qint64(203328) << "203 kB";
    QTest::newRow("small megabytes") << qint64(1540000) << "1.5 MB";
    QTest::newRow("megabytes") << qint64(46000000) << "46 MB";
    QTest::newRow("carries into the next unit") << qint64(999600000) << "1.0 GB";
    QTest::newRow("gigabytes") << qint64(214000000000) << "214 GB";
    QTest::newRow("all there is") << std::numeric_limits<qint64>::max() << "9,223 PB";
    QTest::newRow("not known") << qint64(-1) << noValue();
}

void TestFormat::bytesAreDecimal()
{
    QFETCH(qint64, bytes);
    QTEST(formatBytes(bytes), "text");
}

void TestFormat::memoryIsBinary_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QString>("text");
    constexpr qint64 kMiB = 1024 * 1024;
    QTest::newRow("small") << 71 * kMiB << "71 MiB";
    QTest::newRow("a bit") << 512 * kMiB << "0.50 GiB";
    QTest::newRow("some") << 4372 * kMiB << "4.27 GiB";
    QTest::newRow("much") << 31949 * kMiB << "31.2 GiB";
}

void TestFormat::memoryIsBinary()
{
    QFETCH(qint64, bytes);
    QTEST(formatMemory(bytes), "text");
    QCOMPARE(formatMemoryUse(qint64(4372) * 1024 * 1024, qint64(8) << 30),
             QStringLiteral("4.27 of 8.00 GiB"));
}

void TestFormat::percentagesHaveAThinSpace_data()
{
    QTest::addColumn<double>("share");
    QTest::addColumn<int>("decimals");
    QTest::addColumn<QString>("text");
    QTest::newRow("small") << 0.0178 << -1 << QStringLiteral("1.78\u2009%");
    QTest::newRow("tiny") << 0.0012 << -1 << QStringLiteral("0.12\u2009%");
    QTest::newRow("large") << 0.463 << -1 << QStringLiteral("46.3\u2009%");
    QTest::newRow("all") << 1.0 << -1 << QStringLiteral("100\u2009%");
    QTest::newRow("none") << 0.0 << -1 << QStringLiteral("0\u2009%");
    QTest::newRow("whole") << 0.463 << 0 << QStringLiteral("46\u2009%");
}

void TestFormat::percentagesHaveAThinSpace()
{
    QFETCH(double, share);
    QFETCH(int, decimals);
    QTEST(formatPercent(share, decimals), "text");
}

void TestFormat::durationsUseTwoUnits_data()
{
    QTest::addColumn<double>("seconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << 0.0 << "0 s";
    QTest::newRow("a moment") << 0.42 << "0.4 s";
    QTest::newRow("less than is shown") << 0.001 << "0.1 s";
    QTest::newRow("seconds") << 38.4 << "38 s";
    QTest::newRow("rounds into a minute") << 59.7 << "1 min 00 s";
    QTest::newRow("minutes") << 598.0 << "9 min 58 s";
    QTest::newRow("pads") << 902.0 << "15 min 02 s";
    QTest::newRow("hours") << 7500.0 << "2 h 05 min";
    QTest::newRow("days") << 273600.0 << "3 d 04 h";
    QTest::newRow("not known") << -1.0 << noValue();
    QTest::newRow("endless") << std::numeric_limits<double>::infinity() << noValue();
}

void TestFormat::durationsUseTwoUnits()
{
    QFETCH(double, seconds);
    QTEST(formatDuration(seconds), "text");
}

void TestFormat::daysAreNamedWhenNear_data()
{
    QTest::addColumn<QDateTime>("when");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("moment");
    const auto at = [](int year, int month, int day) {
        return QDateTime(QDate(year, month, day), QTime(14, 22));
    };
    QTest::newRow("today") << at(2026, 3, 1) << "14:22"
                           << "Today 14:22";
    QTest::newRow("yesterday") << at(2026, 2, 28) << "Yesterday"
                               << "Yesterday 14:22";
    QTest::newRow("this year") << at(2026, 2, 27) << "27 Feb"
                               << "27 Feb 14:22";
    QTest::newRow("another year") << at(2024, 2, 27) << "27 Feb 2024"
                                  << "27 Feb 2024 14:22";
    QTest::newRow("never") << QDateTime() << noValue() << noValue();
}

void TestFormat::daysAreNamedWhenNear()
{
    QFETCH(QDateTime, when);
    const QDateTime now(QDate(2026, 3, 1), QTime(20, 0));
    QTEST(formatWhen(when, now), "text");
    QTEST(formatMoment(when, now), "moment");
}

void TestFormat::learningRatesAreWrittenLikeCode_data()
{
    QTest::addColumn<double>("rate");
    QTest::addColumn<QString>("text");
    QTest::newRow("usual") << 2e-4 << "2e-4";
    QTest::newRow("falling") << 1.98347e-4 << "1.98e-4";
    QTest::newRow("large") << 0.01 << "1e-2";
    QTest::newRow("one") << 1.0 << "1";
    QTest::newRow("over") << 0.0 << "0";
}

void TestFormat::learningRatesAreWrittenLikeCode()
{
    QFETCH(double, rate);
    QTEST(formatLearningRate(rate), "text");
}

void TestFormat::lossesHaveFourDigits()
{
    QCOMPARE(formatLoss(1.32712), QStringLiteral("1.327"));
    QCOMPARE(formatLoss(0.054784), QStringLiteral("0.05478"));
    QCOMPARE(formatLoss(12.3456), QStringLiteral("12.35"));
    QCOMPARE(formatRate(2140.4), QStringLiteral("2,140 tokens/s"));
    QCOMPARE(formatRate(3.14159), QStringLiteral("3.14 tokens/s"));
    QCOMPARE(shortHash(QStringLiteral("9f3c41d7aaaa")), QStringLiteral("9f3c41d7"));
}

void TestFormat::missingNumbersAreADash()
{
    QCOMPARE(formatLoss(std::nan("")), noValue());
    QCOMPARE(formatPercent(std::nan("")), noValue());
    QCOMPARE(formatRate(-1), noValue());
}

QTEST_GUILESS_MAIN(TestFormat)

#include "tst_format.moc"
