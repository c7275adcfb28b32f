// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/scratch.h"

#include <QTest>

using namespace e2e;

class TestBatches final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void accumulationEqualsOneBatch();
    void packingKeepsTheLoss();
    void whatIsComputedAgainHasTheSameBits();

private:
    // The step events of a run over rows of uneven length, in the file's order.
    QList<QJsonObject> steps(const QString& name, const QStringList& settings);

    Scratch m_scratch;
};

QList<QJsonObject> TestBatches::steps(const QString& name, const QStringList& settings)
{
    const QStringList common = {"data.shuffle=false",
                                "data.validation.fraction=0",
                                "data.max_length=64",
                                "training.warmup_ratio=0",
                                "training.save_every=100",
                                "method.dropout=0",
                                "training.compute_dtype=float32"};
    const Outcome outcome = engine(
        tinyTraining(m_scratch.data(16), m_scratch.path(name), common + settings) << "--json");
    QList<QJsonObject> steps;
    for (const QJsonObject& event : outcome.lines()) {
        if (event["event"].toString() == "step") {
            steps.append(event);
        }
    }
    return steps;
}

void TestBatches::accumulationEqualsOneBatch()
{
    const QList<QJsonObject> whole = steps("8x1",
                                           {"data.packing=false",
                                            "training.batch_size=8",
                                            "training.accumulate=1",
                                            "training.max_steps=4"});
    // So small that they are computed together; and apart, cut by tokens.
    for (const QString& size : {QString("batch_size=1"), QString("batch_tokens=1")}) {
        const QList<QJsonObject> parts = steps(size,
                                               {"data.packing=false",
                                                "training." + size,
                                                "training.accumulate=8",
                                                "training.max_steps=4"});
        QCOMPARE(whole.size(), 4);
        QCOMPARE(parts.size(), 4);
        for (int i = 0; i < 4; ++i) {
            QCOMPARE(parts[i]["tokens"].toInt(), whole[i]["tokens"].toInt());
            QVERIFY(std::abs(parts[i]["loss"].toDouble() - whole[i]["loss"].toDouble()) < 1e-5);
            QVERIFY(
                std::abs(parts[i]["grad_norm"].toDouble() / whole[i]["grad_norm"].toDouble() - 1)
                < 1e-4);
        }
    }
    QVERIFY(whole[3]["loss"].toDouble() < whole[0]["loss"].toDouble());
}

// All 16 rows in one step, packed or padded: the mean over their trained tokens is the same.
void TestBatches::packingKeepsTheLoss()
{
    const QList<QJsonObject> packed =
        steps("packed", {"data.packing=true", "training.batch_size=64", "training.max_steps=1"});
    const QList<QJsonObject> padded =
        steps("padded", {"data.packing=false", "training.batch_size=64", "training.max_steps=1"});
    QCOMPARE(packed.size(), 1);
    QCOMPARE(padded.size(), 1);
    QCOMPARE(packed[0]["tokens"].toInt(), padded[0]["tokens"].toInt());
    QVERIFY(std::abs(packed[0]["loss"].toDouble() - padded[0]["loss"].toDouble()) < 1e-5);
    QVERIFY(std::abs(packed[0]["grad_norm"].toDouble() / padded[0]["grad_norm"].toDouble() - 1)
            < 1e-4);
}

void TestBatches::whatIsComputedAgainHasTheSameBits()
{
    const auto adapterOf = [&](const QString& policy) {
        const QStringList settings = {"training.max_steps=3", "training.recompute=" + policy};
        const QList<QJsonObject> taken =
            steps(policy, settings + QStringList{"method.dropout=0.1"});
        const QJsonObject manifest =
            QJsonDocument::fromJson(readFile(m_scratch.path(policy + "/manifest.json"))).object();
        const QString resolved = policy == "auto" ? "none" : policy;
        const bool isTold = manifest["resolved"]["recompute"].toString() == resolved
                            && manifest["resolved"]["packed_copies"].toBool();
        return taken.size() == 3 && isTold
                   ? readFile(m_scratch.path(policy + "/output/adapter/adapter_model.safetensors"))
                   : QByteArray();
    };
    const QByteArray kept = adapterOf("auto");
    QVERIFY(!kept.isEmpty());
    QCOMPARE(adapterOf("mlp"), kept);
    QCOMPARE(adapterOf("block"), kept);
}

QTEST_GUILESS_MAIN(TestBatches)

#include "tst_batches.moc"
