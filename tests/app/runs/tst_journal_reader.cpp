// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/runs/journal_reader.h"
#include "tests/app/runs/run_folders.h"

#include <QTest>

#include <cmath>

using namespace app::runs;

class TestJournalReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordedRunIsReadInFull();
    void stepToldAgainReplacesTheFirstTelling();
    void resumedForgetsWhatCameAfterTheCheckpoint();
    void lossThatIsNotFiniteIsNoNumber();
    void evaluationsTellTheLossByRank();
    void blanksInALineDoNotMatter();
    void howFarThePreparationIsIsKept();
    void hostileLinesArePassedOver_data();
    void hostileLinesArePassedOver();
    void errorOfTheFirstPartIsForgottenInTheSecond();
    void firstChangedFollowsTheRewinding();

private:
    static std::string step(int number, double loss)
    {
        return R"({"event":"step","seq":1,"time":"2026-03-01T14:22:08.123Z","step":)"
               + std::to_string(number) + R"(,"epoch":0.5,"loss":)" + std::to_string(loss)
               + R"(,"learning_rate":2e-04,"grad_norm":1.5,"tokens":)"
               + std::to_string(number * 100) + R"(,"tokens_per_second":99.5,"seconds":)"
               + std::to_string(number) + R"(.25,"memory_bytes":1000,"accuracy":0.5})";
    }
};

void TestJournalReader::recordedRunIsReadInFull()
{
    JournalReader reader;
    for (const QByteArray& line : run_folders::recording("finished.jsonl").trimmed().split('\n')) {
        reader.addLine(line.toStdString());
    }
    reader.settle();
    const RunSeries& series = reader.series();
    QCOMPARE(series.size(), std::size_t{12});
    QCOMPARE(series.steps.back(), 12);
    QCOMPARE(series.evals.size(), std::size_t{3});
    QCOMPARE(series.evals.back().step, int64_t{12});
    QVERIFY(series.evals.back().perplexity > 1);
    QCOMPARE(series.evals.back().tokens, series.tokens.back());
    QCOMPARE(series.checkpoints.size(), std::size_t{3});
    QCOMPARE(series.checkpoints.back().path, QString("checkpoints/step-00000012"));
    QCOMPARE(series.samples.size(), std::size_t{3});
    QCOMPARE(series.samples.front().prompt, QString("Where is the treasure?"));
    QCOMPARE(series.totalSteps, int64_t{12});
    QCOMPARE(series.terminal, QString("done"));
    QVERIFY(series.started.isValid());
    QVERIFY(series.latest > series.started);
}

void TestJournalReader::stepToldAgainReplacesTheFirstTelling()
{
    JournalReader reader;
    for (int number : {1, 2, 3, 4, 5}) {
        reader.addLine(step(number, 5));
    }
    reader.addLine(R"({"event":"eval","step":5,"epoch":1,"eval_loss":3,"metrics":{}})");
    for (int number : {3, 4}) {
        reader.addLine(step(number, 2));
    }
    QCOMPARE(reader.series().steps, (std::vector<int32_t>{1, 2, 3, 4}));
    QCOMPARE(reader.series().loss, (std::vector<float>{5, 5, 2, 2}));
    QCOMPARE(reader.series().tokens.back(), int64_t{400});
    QVERIFY(reader.series().evals.empty());
}

void TestJournalReader::resumedForgetsWhatCameAfterTheCheckpoint()
{
    JournalReader reader;
    for (int number : {1, 2, 3}) {
        reader.addLine(step(number, 5));
    }
    reader.addLine(R"({"event":"resumed","from_step":2})");
    QCOMPARE(reader.series().size(), std::size_t{2});
    QCOMPARE(reader.series().resumed, std::vector<int64_t>{2});
    reader.addLine(R"({"event":"resumed","from_step":0})");
    QVERIFY(reader.series().isEmpty());
}

void TestJournalReader::lossThatIsNotFiniteIsNoNumber()
{
    JournalReader reader;
    std::string line = step(1, 5);
    line.replace(line.find("5.000000"), 8, "null");
    reader.addLine(line);
    QCOMPARE(reader.series().size(), std::size_t{1});
    QVERIFY(std::isnan(reader.series().loss.front()));
    QCOMPARE(reader.series().gradNorm.front(), 1.5F);
}

void TestJournalReader::evaluationsTellTheLossByRank()
{
    JournalReader reader;
    reader.addLine(R"({"event":"eval","step":5,"epoch":1,"eval_loss":2.5,"metrics":{)"
                   R"("loss_by_rank":[3,null,2.5]}})");
    reader.addLine(R"({"event":"eval","step":6,"epoch":1,"eval_loss":2.5,"metrics":{)"
                   R"("loss_by_rank":4}})");
    const std::vector<double>& losses = reader.series().evals.front().lossByRank;
    QCOMPARE(losses.size(), std::size_t{3});
    QCOMPARE(losses[0], 3.0);
    QVERIFY(std::isnan(losses[1]));
    QCOMPARE(losses[2], 2.5);
    QVERIFY(reader.series().evals.back().lossByRank.empty());
}

void TestJournalReader::blanksInALineDoNotMatter()
{
    JournalReader quick;
    JournalReader thorough;
    const std::string line = step(7, 1.25);
    quick.addLine(line);
    std::string spaced = line;
    for (std::size_t at = spaced.find("\":"); at != std::string::npos;
         at = spaced.find("\":", at + 2)) {
        spaced.insert(at + 2, " ");
    }
    thorough.addLine(spaced);
    QCOMPARE(thorough.series().steps, quick.series().steps);
    QCOMPARE(thorough.series().loss, quick.series().loss);
    QCOMPARE(thorough.series().learningRate, quick.series().learningRate);
    QCOMPARE(thorough.series().seconds, quick.series().seconds);
    QCOMPARE(thorough.series().memoryBytes, quick.series().memoryBytes);
}

void TestJournalReader::howFarThePreparationIsIsKept()
{
    JournalReader reader;
    reader.addLine(R"({"event":"phase","name":"tokenizing"})");
    QVERIFY(reader.series().progress.work.isEmpty());
    reader.addLine(R"({"event":"progress","id":"reading","done":43,"total":100,"rows":7})");
    QCOMPARE(reader.series().progress.work, QString("reading"));
    QCOMPARE(reader.series().progress.done, int64_t{43});
    QCOMPARE(reader.series().progress.total, int64_t{100});
    reader.addLine(R"({"event":"phase","name":"training"})");
    QVERIFY(reader.series().progress.work.isEmpty());
    reader.addLine(R"({"event":"progress","id":"training","done":1,"total":30})");
    QVERIFY(reader.series().progress.work.isEmpty());
    QCOMPARE(reader.series().totalSteps, int64_t{30});
}

void TestJournalReader::hostileLinesArePassedOver_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("nothing") << QByteArray("");
    QTest::newRow("no JSON") << QByteArray("not JSON");
    QTest::newRow("half a step") << QByteArray::fromStdString(step(1, 5)).left(80);
    QTest::newRow("step 0") << QByteArray::fromStdString(step(0, 5));
    QTest::newRow("step beyond all bounds")
        << QByteArray(R"({"event":"step","seq":1,"step":1e300,"loss":1})");
    QTest::newRow("half a step on")
        << QByteArray(R"({"event":"step","seq":1,"step":1.5,"epoch":1,"loss":1})");
    QTest::newRow("step that is text") << QByteArray(R"({"event":"step","step":"one"})");
    QTest::newRow("later event") << QByteArray(R"({"event":"moon","phase":"full"})");
}

void TestJournalReader::hostileLinesArePassedOver()
{
    QFETCH(QByteArray, line);
    JournalReader reader;
    reader.addLine(line.toStdString());
    QVERIFY(reader.series().isEmpty());
    reader.addLine(step(1, 5));
    QCOMPARE(reader.series().size(), std::size_t{1});
}

void TestJournalReader::errorOfTheFirstPartIsForgottenInTheSecond()
{
    JournalReader reader;
    reader.addLine(R"({"event":"failed","code":"stopped","message":"stopped on request"})");
    QCOMPARE(reader.series().terminal, QString("failed"));
    QCOMPARE(reader.series().error.code, std::string("stopped"));
    reader.addLine(R"({"event":"started","id":"","run":"/runs/x","total_steps":12})");
    QVERIFY(reader.series().terminal.isEmpty());
    QVERIFY(reader.series().error.code.empty());
}

void TestJournalReader::firstChangedFollowsTheRewinding()
{
    JournalReader reader;
    for (int number : {1, 2, 3}) {
        reader.addLine(step(number, 5));
    }
    QCOMPARE(reader.settle(), std::size_t{0});
    QVERIFY(reader.settle() > reader.series().size());
    reader.addLine(step(4, 5));
    QCOMPARE(reader.settle(), std::size_t{3});
    reader.addLine(R"({"event":"resumed","from_step":1})");
    reader.addLine(step(2, 5));
    QCOMPARE(reader.settle(), std::size_t{1});
}

QTEST_GUILESS_MAIN(TestJournalReader)

#include "tst_journal_reader.moc"
