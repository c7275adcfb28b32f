// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/metrics_row.h"

#include <QtTest>

using namespace engine::contract;

class MetricsRowTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theHeaderIsTheContracts();
    void numbersAreShortestAndReadBackExactly();
    void whatIsNotThereIsEmpty();
    void refusesBrokenRows_data();
    void refusesBrokenRows();
};

void MetricsRowTest::theHeaderIsTheContracts()
{
    QCOMPARE(std::string(metricsHeader()),
             std::string("step,epoch,loss,eval_loss,learning_rate,grad_norm,tokens,seconds,"
                         "tokens_per_second,memory_bytes"));
}

void MetricsRowTest::numbersAreShortestAndReadBackExactly()
{
    MetricsRow row;
    row.step = {400, 1.0 / 3.0, 0.1, 2e-4, 1e-300, 1234567, 98.5, 12.25, 4096, {}};
    row.evalLoss = 2.5;
    const std::string line = formatMetrics(row);
    QCOMPARE(line,
             std::string("400,0.3333333333333333,0.1,2.5,2e-04,1e-300,1234567,12.25,98.5,4096"));
    const auto again = parseMetrics(line);
    QVERIFY(again.ok());
    QCOMPARE(again.value().step.epoch, 1.0 / 3.0);
    QCOMPARE(again.value().step.seconds, 12.25);
    QCOMPARE(formatMetrics(again.value()), line);
}

void MetricsRowTest::whatIsNotThereIsEmpty()
{
    MetricsRow row;
    row.step.step = 1;
    QCOMPARE(formatMetrics(row), std::string("1,0,,,0,,0,0,0,0"));
    const auto again = parseMetrics(formatMetrics(row));
    QVERIFY(again.ok());
    QVERIFY(!again.value().step.loss);
    QVERIFY(!again.value().evalLoss);
}

void MetricsRowTest::refusesBrokenRows_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("empty") << QByteArray() << QByteArray("metrics.csv: expected 10 columns, got 1");
    QTest::newRow("torn") << QByteArray("1,0.5,")
                          << QByteArray("metrics.csv: expected 10 columns, got 3");
    QTest::newRow("text") << QByteArray("1,0,x,,0,,0,0,0,0")
                          << QByteArray("metrics.csv: loss: expected a number, got \"x\"");
    QTest::newRow("step missing") << QByteArray(",0,,,0,,0,0,0,0")
                                  << QByteArray("metrics.csv: step: expected a number, got \"\"");
    QTest::newRow("blank") << QByteArray("1, 0,,,0,,0,0,0,0")
                           << QByteArray("metrics.csv: epoch: expected a number, got \" 0\"");
    QTest::newRow("carriage return")
        << QByteArray("1,0,,,0,,0,0,0,0\r")
        << QByteArray("metrics.csv: memory_bytes: expected a number, got \"0\r\"");
}

void MetricsRowTest::refusesBrokenRows()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, message);
    const auto row = parseMetrics(line.toStdString());
    QVERIFY(!row.ok());
    QCOMPARE(QByteArray::fromStdString(row.error().message), message);
}

QTEST_GUILESS_MAIN(MetricsRowTest)
#include "tst_metrics_row.moc"
