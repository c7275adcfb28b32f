// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/runs/run_facts.h"

#include <QTest>

using namespace app::runs;
using engine::contract::Value;

class TestRunFacts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void titlesSayVariantAndPrecision_data();
    void titlesSayVariantAndPrecision();
    void theShareOfThePreparationIsWithinBounds();
};

void TestRunFacts::titlesSayVariantAndPrecision_data()
{
    QTest::addColumn<QString>("job");
    QTest::addColumn<QString>("title");
    QTest::newRow("plain") << R"({"method":{"id":"lora","rank":16,"init":"default","use_dora":false,
        "lora_plus_ratio":1},"model":{"quantization":"none"}})"
                           << "lora r 16";
    QTest::newRow("DoRA") << R"({"method":{"id":"lora","rank":16,"use_dora":true}})"
                          << "lora r 16 · DoRA";
    QTest::newRow("several") << R"({"method":{"id":"lora","rank":8,"use_rslora":true,
        "lora_plus_ratio":16,"init":"pissa"}})"
                             << "lora r 8 · rsLoRA · LoRA+ · PiSSA";
    QTest::newRow("a start without a name of its own")
        << R"({"method":{"id":"lora","rank":8,"init":"gaussian"}})"
        << "lora r 8 · gaussian";
    QTest::newRow("packed")
        << R"({"method":{"id":"lora","rank":16},"model":{"quantization":"nf4"}})"
        << "nf4 · lora r 16";
    QTest::newRow("without a rank")
        << R"({"method":{"id":"bitfit"},"model":{"quantization":"int8"}})"
        << "int8 · bitfit";
}

void TestRunFacts::titlesSayVariantAndPrecision()
{
    QFETCH(QString, job);
    QFETCH(QString, title);
    RunInfo info;
    applyJob(info, engine::contract::parseJson(job.toStdString()).value());
    QCOMPARE(info.method, title);
}

void TestRunFacts::theShareOfThePreparationIsWithinBounds()
{
    RunSeries series;
    series.progress = {"reading", 43, 100};
    RunInfo info;
    applySeries(info, series);
    QCOMPARE(info.work, QString("reading"));
    QCOMPARE(info.workShare, 0.43);
    series.progress.done = 120; // the file grew
    applySeries(info, series);
    QCOMPARE(info.workShare, 1.0);
    series.progress = {};
    applySeries(info, series);
    QVERIFY(info.workShare < 0);
}

QTEST_APPLESS_MAIN(TestRunFacts)
#include "tst_run_facts.moc"
