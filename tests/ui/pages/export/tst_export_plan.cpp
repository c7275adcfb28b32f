// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/export/export_plan.h"
#include "ui/pages/export/export_size.h"
#include "ui/pages/export/open_with.h"

#include <QTest>

using namespace ui::pages::exporting;

class TestExportPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFormatHasItsOwnFolder();
    void scaleIsPartOfTheAdapter_data();
    void scaleIsPartOfTheAdapter();
    void optionsAreLeftOutWhenTheyAreTheDefault();
    void theBaseOfAMergeIsOnlyForModels();
    void shellLineQuotesWhatItMust_data();
    void shellLineQuotesWhatItMust();
    void sizesFollowFormatAndPrecision();
    void hintsAreForWhatWasWritten();
    void pythonTextIsALiteral();

private:
    static ExportPlan plan()
    {
        ExportPlan plan;
        plan.basePath = "/models/kestrel";
        plan.adapterPath = "/runs/a/output/adapter";
        plan.formats = QStringList{"merged", "peft"};
        plan.folder = "/exports/kestrel-r16";
        return plan;
    }
};

void TestExportPlan::everyFormatHasItsOwnFolder()
{
    QCOMPARE(targetOf(plan(), "merged"), QString("/exports/kestrel-r16/merged"));
    QCOMPARE(targetOf(plan(), "peft"), QString("/exports/kestrel-r16/peft"));
}

void TestExportPlan::scaleIsPartOfTheAdapter_data()
{
    QTest::addColumn<double>("scale");
    QTest::addColumn<QString>("adapter");
    QTest::newRow("as trained") << 1.0 << "/runs/a/output/adapter:1";
    QTest::newRow("half") << 0.5 << "/runs/a/output/adapter:0.5";
    QTest::newRow("backwards") << -0.25 << "/runs/a/output/adapter:-0.25";
}

void TestExportPlan::scaleIsPartOfTheAdapter()
{
    QFETCH(double, scale);
    QFETCH(QString, adapter);
    ExportPlan scaled = plan();
    scaled.scale = scale;
    const QStringList arguments = verbArguments(scaled, "peft");
    QCOMPARE(arguments.value(arguments.indexOf("--adapter") + 1), adapter);
}

void TestExportPlan::optionsAreLeftOutWhenTheyAreTheDefault()
{
    QVERIFY(!verbArguments(plan(), "merged").contains("--dtype"));
    QVERIFY(!verbArguments(plan(), "merged").contains("--rank"));
    ExportPlan chosen = plan();
    chosen.dtype = "bfloat16";
    chosen.shardBytes = 2'000'000'000;
    chosen.rank = 3;
    const QStringList arguments = verbArguments(chosen, "merged");
    QCOMPARE(arguments.value(arguments.indexOf("--dtype") + 1), QString("bfloat16"));
    QCOMPARE(arguments.value(arguments.indexOf("--shard-size") + 1), QString("2000000000"));
    QCOMPARE(arguments.value(arguments.indexOf("--rank") + 1), QString("3"));
}

void TestExportPlan::theBaseOfAMergeIsOnlyForModels()
{
    ExportPlan merging = plan();
    QVERIFY(!verbArguments(merging, "merged").contains("--base"));
    merging.mergeBase = "dequantized";
    const QStringList arguments = verbArguments(merging, "merged");
    QCOMPARE(arguments.value(arguments.indexOf("--base") + 1), QString("dequantized"));
    QVERIFY(!verbArguments(merging, "peft").contains("--base"));
}

void TestExportPlan::shellLineQuotesWhatItMust_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("quoted");
    QTest::newRow("plain") << "/a/b-c_1.2"
                           << "/a/b-c_1.2";
    QTest::newRow("blank") << "a b"
                           << "'a b'";
    QTest::newRow("quote") << "it's"
                           << "'it'\\''s'";
    QTest::newRow("hostile") << "$(rm -rf x)"
                             << "'$(rm -rf x)'";
    QTest::newRow("Hangul") << "모델"
                            << "'모델'";
    QTest::newRow("empty") << ""
                           << "''";
}

void TestExportPlan::shellLineQuotesWhatItMust()
{
    QFETCH(QString, word);
    QFETCH(QString, quoted);
    QCOMPARE(shellLine("lora-engine", {word}), "lora-engine " + quoted);
}

void TestExportPlan::sizesFollowFormatAndPrecision()
{
    const BaseFacts base{1000, 2000, "bfloat16"};
    QCOMPARE(exportBytes("merged", base, 50, ""), 2000);
    QCOMPARE(exportBytes("merged", base, 50, "float32"), 4000);
    QCOMPARE(exportBytes("merged", base, 50, "float16"), 2000);
    QCOMPARE(exportBytes("peft", base, 50, "float32"), 50);
    QCOMPARE(exportBytes("merged", BaseFacts(), 50, ""), -1);
    QCOMPARE(exportBytes("bitsandbytes_nf4", base, 50, ""), 516);
    QCOMPARE(exportBytes("bitsandbytes_int8", {1000, 2000, "bfloat16", 200}, 50, ""), 1200);
    QVERIFY(!holdsTheModel("bitsandbytes_nf4"));
    QCOMPARE(exportMemory("merged", base, 50), 4050);
    QCOMPARE(exportMemory("bitsandbytes_nf4", base, 50), 4050);
    QCOMPARE(exportMemory("peft", BaseFacts(), 50), 50);
}

void TestExportPlan::hintsAreForWhatWasWritten()
{
    QVERIFY(openHints(plan(), {}, "lora-engine").isEmpty());
    const QList<OpenHint> peft = openHints(plan(), {"peft"}, "lora-engine");
    QCOMPARE(peft.size(), 1);
    QVERIFY(peft[0].text.contains("\"/models/kestrel\""));
    QVERIFY(peft[0].text.contains("\"/exports/kestrel-r16/peft\""));
    const QList<OpenHint> both = openHints(plan(), {"merged", "peft"}, "lora-engine");
    QCOMPARE(both.first().program, QString("transformers"));
    QCOMPARE(both.size(), 3);
}

void TestExportPlan::pythonTextIsALiteral()
{
    QCOMPARE(pythonText("C:\\a \"b\""), QString("\"C:\\\\a \\\"b\\\"\""));
}

QTEST_GUILESS_MAIN(TestExportPlan)

#include "tst_export_plan.moc"
