// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A DyLoRA run: its evaluations tell the loss at every rank, and every rank can be used and
// exported.
#include "tests/end_to_end/scratch.h"

#include <QTest>

#include <cmath>

using namespace e2e;

class TestNestedRanks final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void evaluationsTellTheLossByRank();
    void everyRankIsExportedAsItIsEvaluated();
    void theVerbsTakeARank();
    void otherRanksAreRefused_data();
    void otherRanksAreRefused();
    void resumeIsProved();

private:
    static constexpr int kRanks = 3;

    QStringList evaluation(const QString& adapter, const QStringList& options = {}) const
    {
        return QStringList{
                   "evaluate", "--model", kModel, "--adapter", adapter, "--data", m_data, "--json"}
               + options;
    }
    QString adapter() const { return m_run + "/output/adapter"; }

    Scratch m_scratch;
    QString m_data = m_scratch.data();
    QString m_run = m_scratch.path("run");
    Outcome m_trained;
};

void TestNestedRanks::initTestCase()
{
    QStringList arguments = tinyTraining(m_data, m_run, {"method.rank=3"});
    arguments.replace(arguments.indexOf("--method") + 1, "dylora");
    m_trained = engine(arguments << "--json");
    QVERIFY2(m_trained.exitCode == 0, m_trained.story());
}

void TestNestedRanks::evaluationsTellTheLossByRank()
{
    QStringList rows = {"step,rank,eval_loss"};
    for (const QJsonObject& event : m_trained.lines()) {
        if (event["event"].toString() != "eval") {
            continue;
        }
        const QJsonArray losses = event["metrics"]["loss_by_rank"].toArray();
        QCOMPARE(losses.size(), kRanks);
        QCOMPARE(losses.last().toDouble(), event["eval_loss"].toDouble());
        QVERIFY(losses[0].toDouble() != losses[1].toDouble());
        for (int rank = 1; rank <= kRanks; ++rank) {
            rows.append(QString("%1,%2").arg(event["step"].toInt()).arg(rank));
        }
    }
    const QStringList written =
        QString(readFile(m_run + "/metrics_by_rank.csv")).trimmed().split('\n');
    QVERIFY(rows.size() > 1);
    QCOMPARE(written.size(), rows.size());
    for (qsizetype i = 0; i < rows.size(); ++i) {
        QVERIFY2(written[i].startsWith(rows[i]), qPrintable(written[i]));
    }
}

void TestNestedRanks::everyRankIsExportedAsItIsEvaluated()
{
    const Outcome all = engine(evaluation(adapter()));
    QVERIFY2(all.exitCode == 0, all.story());
    const QJsonArray losses =
        all.json()[QLatin1String("metrics")][QLatin1String("loss_by_rank")].toArray();
    QCOMPARE(losses.size(), kRanks);
    QCOMPARE(losses.last().toDouble(),
             all.json()[QLatin1String("metrics")][QLatin1String("loss")].toDouble());
    for (int rank = 1; rank <= kRanks; ++rank) {
        const QString target = m_scratch.path("rank-" + QString::number(rank));
        const Outcome made = engine({"export",
                                     "--format",
                                     "peft",
                                     "--model",
                                     kModel,
                                     "--adapter",
                                     adapter(),
                                     "--rank",
                                     QString::number(rank),
                                     "--out",
                                     target,
                                     "--json"});
        QVERIFY2(made.exitCode == 0, made.story());
        const QJsonObject config = readJson(target + "/adapter_config.json");
        QCOMPARE(config[QLatin1String("r")].toInt(), rank);
        QCOMPARE(config[QLatin1String("lora_alpha")],
                 readJson(adapter() + "/adapter_config.json")[QLatin1String("lora_alpha")]);
        const Outcome alone = engine(evaluation(target, {"--metrics", "loss"}));
        QCOMPARE(alone.json()[QLatin1String("metrics")][QLatin1String("loss")].toDouble(),
                 losses[rank - 1].toDouble());
        const Outcome there =
            engine(evaluation(adapter(), {"--rank", QString::number(rank), "--metrics", "loss"}));
        QCOMPARE(there.json()[QLatin1String("metrics")][QLatin1String("loss")].toDouble(),
                 losses[rank - 1].toDouble());
    }
}

void TestNestedRanks::theVerbsTakeARank()
{
    const QStringList common = {
        "--threads", "1", "--model", kModel, "--adapter", adapter(), "--json"};
    const auto score = [&](const QStringList& options) {
        return engine(QStringList{"score", "--ids", "1,2,3,4"} + common + options).json();
    };
    QVERIFY(score({"--rank", "1"})["mean_nll"] != score({})["mean_nll"]);
    QCOMPARE(score({"--rank", "3"})["mean_nll"], score({})["mean_nll"]);
    const Outcome written = engine(QStringList{"generate",
                                               "--prompt",
                                               "a",
                                               "--max-new-tokens",
                                               "3",
                                               "--temperature",
                                               "0",
                                               "--rank",
                                               "1"}
                                   + common);
    QVERIFY2(written.exitCode == 0, written.story());
}

void TestNestedRanks::otherRanksAreRefused_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("too many") << QStringList{"--rank", "4"};
    QTest::newRow("none") << QStringList{"--rank", "0"};
    QTest::newRow("by rank and at one") << QStringList{"--rank", "2", "--metrics", "loss_by_rank"};
}

void TestNestedRanks::otherRanksAreRefused()
{
    QFETCH(QStringList, options);
    QCOMPARE(engine(evaluation(adapter(), options)).exitCode, 2);
}

void TestNestedRanks::resumeIsProved()
{
    const Outcome outcome = engine({"verify", m_run, "--prove-resume", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QVERIFY(outcome.json()[QLatin1String("passed")].toBool());
}

QTEST_GUILESS_MAIN(TestNestedRanks)
#include "tst_nested_ranks.moc"
