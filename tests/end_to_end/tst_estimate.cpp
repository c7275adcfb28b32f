// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The memory that a plan names.
#include "tests/end_to_end/scratch.h"

#include <QTest>

using namespace e2e;

class TestEstimate final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatMemoryAStepTakes();

private:
    Scratch m_scratch;
    QString m_data = m_scratch.data();
};

void TestEstimate::saysWhatMemoryAStepTakes()
{
    const auto planned = [this](const QStringList& settings) {
        QStringList command = {
            "estimate", "--json", "--model", kModel, "--data", m_data, "--method", "lora"};
        for (const QString& setting : QStringList{"data.max_length=128"} + settings) {
            command += {"--set", setting};
        }
        return engine(command).json();
    };
    const auto part = [](const QJsonObject& plan, const char* name) {
        return plan["bytes"][QLatin1String(name)].toDouble();
    };
    const QJsonObject plan = planned({"training.batch_size=2"});
    double sum = 0;
    for (const char* name :
         {"weights", "adapters", "gradients", "optimizer", "activations", "workspace"}) {
        QVERIFY2(part(plan, name) > 0, name);
        sum += part(plan, name);
    }
    QCOMPARE(part(plan, "total"), sum);
    QVERIFY(part(plan, "program") < part(plan, "workspace"));
    QCOMPARE(plan["step"]["tokens"].toInt(), 2 * 128);
    QCOMPARE(plan["step"]["composed_blocks"].toInt(), 0);

    const QJsonObject larger = planned({"training.batch_size=4"});
    QCOMPARE(larger["step"]["tokens"].toInt(), 4 * 128);
    QVERIFY(qAbs(part(larger, "activations") / part(plan, "activations") - 2) < 0.01);
    QCOMPARE(part(larger, "weights"), part(plan, "weights"));
    // So small that they are computed together; cut by tokens they are not.
    const QJsonObject together = planned({"training.batch_size=2", "training.accumulate=2"});
    QCOMPARE(together["step"]["tokens"].toInt(), 4 * 128);
    QCOMPARE(part(together, "activations"), part(larger, "activations"));
    const QJsonObject apart = planned({"training.batch_tokens=256", "training.accumulate=2"});
    QCOMPARE(apart["step"]["tokens"].toInt(), 256);
    const QJsonObject again = planned({"training.batch_size=2", "training.recompute=block"});
    QVERIFY(part(again, "activations") < part(plan, "activations") / 2);
    const QJsonObject packed = planned({"training.batch_size=2", "training.optimizer=adamw_8bit"});
    QVERIFY(part(packed, "optimizer") < part(plan, "optimizer"));
    const QJsonObject dora = planned({"training.batch_size=2", "method.use_dora=true"});
    QVERIFY(part(dora, "activations") > part(plan, "activations"));
    // What it keeps around a start inside the base is not known, and nothing is made up.
    const QJsonObject pissa = planned({"method.use_dora=true", "method.init=pissa"});
    QVERIFY(part(pissa, "weights") > 0 && !pissa["bytes"].toObject().contains("total"));
}

QTEST_GUILESS_MAIN(TestEstimate)

#include "tst_estimate.moc"
