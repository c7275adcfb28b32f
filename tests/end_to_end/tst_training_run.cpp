// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/scratch.h"

#include <QTest>

#include <memory>

using namespace e2e;

class TestTrainingRun final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void eventsEndWithDone();
    void eventsAreJournalled();
    void runFolderIsComplete();
    void logHasALinePerPhase();
    void logLevelIsHonoured();
    void finishedRunIsLeftAlone();
    void longerRunGoesOn();
    void jobFileTrainsTheSame();
    void validationRowsAreNotTrained();
    void adapterIsInspected();
    void verifyPasses();
    void verifyReportsATamperedFile();
    void verifyProvesResume();
    void optionsOfLoraResumeExactly_data();
    void optionsOfLoraResumeExactly();
    void signalStopsWithACheckpoint();
    void stopVerbStops();
    void pausedRunResumes();
    void secondEngineIsBusy();
    void tornJournalLineIsCut();
    void leftoversOfAKillAreRemoved();
    void damagedCheckpointFallsBack_data();
    void damagedCheckpointFallsBack();
    void changedInputIsRefused_data();
    void changedInputIsRefused();
    void divergenceIsExit5();

private:
    // A long run that has written its first checkpoint.
    void startLong(const QString& name, std::unique_ptr<Engine>& running);
    // A copy of the finished run as it was after its checkpoint of step 4.
    QString interrupted(const QString& name);

    Scratch m_scratch;
    QString m_data = m_scratch.data();
    QString m_run = m_scratch.path("whole");
    Outcome m_trained;
};

void TestTrainingRun::startLong(const QString& name, std::unique_ptr<Engine>& running)
{
    const QStringList endless = {"training.max_steps=1000000",
                                 "training.early_stopping_patience=0"};
    running =
        std::make_unique<Engine>(tinyTraining(m_data, m_scratch.path(name), endless) << "--json");
    QVERIFY(!running->waitFor("checkpoint").isEmpty());
}

QString TestTrainingRun::interrupted(const QString& name)
{
    const QString run = m_scratch.copy(m_run, name);
    QDir(run + "/checkpoints/step-00000006").removeRecursively();
    QDir(run + "/output").removeRecursively();
    QFile::remove(run + "/manifest.json");
    return run;
}

void TestTrainingRun::initTestCase()
{
    m_trained = engine(tinyTraining(m_data, m_run) << "--json");
    QVERIFY2(m_trained.exitCode == 0, m_trained.story());
}

void TestTrainingRun::eventsEndWithDone()
{
    QVERIFY(m_trained.isJsonOnly());
    const QList<QJsonObject> events = m_trained.lines();
    QCOMPARE(events.first()["event"].toString(), "started");
    QCOMPARE(events.first()["total_steps"].toInt(), 6);
    QCOMPARE(events.last()["event"].toString(), "done");
    int steps = 0;
    for (qsizetype i = 0; i < events.size(); ++i) {
        QCOMPARE(events[i]["seq"].toInt(), static_cast<int>(i) + 1);
        QVERIFY(events[i]["time"].toString().endsWith('Z'));
        steps += events[i]["event"].toString() == "step" ? 1 : 0;
    }
    QCOMPARE(steps, 6);
    for (const QJsonValue& output : events.last()["outputs"].toArray()) {
        const QFileInfo file(m_run + "/" + output["path"].toString());
        QCOMPARE(file.size(), output["bytes"].toInteger());
    }
}

void TestTrainingRun::eventsAreJournalled()
{
    QCOMPARE(readFile(m_run + "/events.jsonl"), m_trained.output);
}

void TestTrainingRun::runFolderIsComplete()
{
    for (const char* file : {"job.json",
                             "lock",
                             "events.jsonl",
                             "engine.log",
                             "metrics.csv",
                             "report.json",
                             "manifest.json",
                             "checkpoints/step-00000006/adapter.safetensors",
                             "checkpoints/step-00000006/optimizer.safetensors",
                             "checkpoints/step-00000006/state.json",
                             "output/adapter/adapter_config.json",
                             "output/adapter/README.md",
                             "output/adapter/adapter_model.safetensors",
                             "output/last/adapter_model.safetensors"}) {
        QVERIFY2(QFile::exists(m_run + "/" + file), file);
    }
    QCOMPARE(readFile(m_run + "/metrics.csv").count('\n'), 7);
    QCOMPARE(QDir(m_run + "/checkpoints").entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 3);
}

void TestTrainingRun::logHasALinePerPhase()
{
    const QByteArray log = readFile(m_run + "/engine.log");
    for (const char* part :
         {"info started", "tokenizing", "loading_model", "training", "saving", "info done"}) {
        QVERIFY2(log.contains(part), log);
    }
    QVERIFY2(!log.contains("debug step"), log);
}

void TestTrainingRun::logLevelIsHonoured()
{
    const QString quiet = m_scratch.path("quiet");
    QCOMPARE(engine(tinyTraining(m_data, quiet, {"training.max_steps=1"}) << "--log-level"
                                                                          << "error")
                 .exitCode,
             0);
    QVERIFY(QFile::exists(quiet + "/engine.log"));
    QCOMPARE(readFile(quiet + "/engine.log"), "");
}

void TestTrainingRun::finishedRunIsLeftAlone()
{
    const auto before = snapshot(m_run);
    const Outcome again = engine({"resume", m_run, "--json"});
    QVERIFY2(again.exitCode == 0, again.story());
    QCOMPARE(again.lines().last()["event"].toString(), "done");
    QVERIFY(snapshot(m_run) == before);
}

void TestTrainingRun::longerRunGoesOn()
{
    const QString run = m_scratch.copy(m_run, "longer");
    const Outcome resumed = engine({"resume", run, "--set", "training.max_steps=8", "--json"});
    QVERIFY2(resumed.exitCode == 0, resumed.story());
    QCOMPARE(readFile(run + "/metrics.csv").count('\n'), 9);
    QCOMPARE(readFile(run + "/job.json"), readFile(m_run + "/job.json"));
    QVERIFY(engine({"verify", run}).exitCode == 0);
    QCOMPARE(engine({"resume", run, "--set", "training.learning_rate=1"}).exitCode, 2);
}

void TestTrainingRun::jobFileTrainsTheSame()
{
    const QString run = m_scratch.path("again");
    const Outcome outcome = engine({"train", m_run + "/job.json", "--out", run});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QCOMPARE(adapters(run), adapters(m_run));
    QCOMPARE(exactMetrics(run), exactMetrics(m_run));
}

void TestTrainingRun::validationRowsAreNotTrained()
{
    const QJsonObject samples = readJson(m_run + "/report.json")["samples"].toObject();
    QVERIFY(samples["validation"].toInt() > 0);
    QCOMPARE(samples["train"].toInt() + samples["validation"].toInt(), 12);
}

void TestTrainingRun::adapterIsInspected()
{
    const Outcome outcome =
        engine({"inspect", "adapter", m_run + "/output/adapter", "--model", kModel, "--json"});
    QVERIFY2(outcome.exitCode == 0 && outcome.isJsonOnly(), outcome.story());
    const QJsonObject answer = outcome.json();
    QCOMPARE(answer["method"].toString(), "lora");
    QCOMPARE(answer["compatible"].toBool(), true);
    QVERIFY(answer["problems"].toArray().isEmpty());
    QVERIFY(answer["parameters"].toInt() > 0);
    const QJsonObject module = answer["modules"].toArray().first().toObject();
    QCOMPARE(module["rank"].toInt(), 2);
    QVERIFY(module["relative_norm"].toDouble() > 0);
    QVERIFY(module.contains("scale") && module.contains("norm") && module.contains("name"));
}

void TestTrainingRun::verifyPasses()
{
    const Outcome outcome = engine({"verify", m_run, "--json"});
    QVERIFY2(outcome.exitCode == 0 && outcome.isJsonOnly(), outcome.story());
    QVERIFY(outcome.json()["passed"].toBool());
    QVERIFY(!outcome.json()["checks"].toArray().isEmpty());
}

void TestTrainingRun::verifyReportsATamperedFile()
{
    const QString run = m_scratch.copy(m_run, "tampered");
    const QString file = run + "/output/last/adapter_model.safetensors";
    QByteArray bytes = readFile(file);
    bytes[bytes.size() - 5] = static_cast<char>(bytes[bytes.size() - 5] ^ 1);
    writeFile(file, bytes);
    const Outcome outcome = engine({"verify", run, "--json"});
    QVERIFY2(outcome.exitCode == 3, outcome.story());
    QVERIFY(!outcome.json()["passed"].toBool(true));
    QVERIFY(outcome.output.contains("output/last/adapter_model.safetensors"));
}

void TestTrainingRun::verifyProvesResume()
{
    const Outcome outcome = engine({"verify", m_run, "--prove-resume", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QCOMPARE(outcome.json()["checks"].toArray().last()["name"].toString(), "resume");
}

// What a method keeps beside the trained numbers comes back too.
void TestTrainingRun::optionsOfLoraResumeExactly_data()
{
    QTest::addColumn<QStringList>("settings");
    QTest::newRow("dora") << QStringList{"method.use_dora=true", "method.dropout=0.1"};
    QTest::newRow("pissa") << QStringList{"method.init=pissa", "method.rank=4"};
    QTest::newRow("olora-dora") << QStringList{
        "method.init=olora", "method.rank=4", "method.use_dora=true"};
}

void TestTrainingRun::optionsOfLoraResumeExactly()
{
    QFETCH(QStringList, settings);
    const QString run = m_scratch.path(QStringLiteral("option-") + QTest::currentDataTag());
    const Outcome trained = engine(tinyTraining(m_data, run, settings));
    QVERIFY2(trained.exitCode == 0, trained.story());
    const Outcome proof = engine({"verify", run, "--prove-resume", "--json"});
    QVERIFY2(proof.exitCode == 0, proof.story());
}

void TestTrainingRun::signalStopsWithACheckpoint()
{
    std::unique_ptr<Engine> running;
    startLong("signalled", running);
    running->process().terminate();
    const Outcome outcome = running->finish();
    QVERIFY2(outcome.exitCode == 6, outcome.story());
    QCOMPARE(outcome.errorCode(), "stopped");
    const QJsonObject last = outcome.lines().last();
    QCOMPARE(last["event"].toString(), "failed");
    QCOMPARE(last["code"].toString(), "stopped");
    const QString run = m_scratch.path("signalled");
    const int steps = static_cast<int>(readFile(run + "/metrics.csv").count('\n')) - 1;
    const QString name = QString("/checkpoints/step-%1/state.json").arg(steps, 8, 10, QChar('0'));
    QVERIFY2(QFile::exists(run + name), qPrintable(name));
}

void TestTrainingRun::stopVerbStops()
{
    std::unique_ptr<Engine> running;
    startLong("asked", running);
    QCOMPARE(engine({"stop", m_scratch.path("asked"), "--json"}).exitCode, 0);
    QVERIFY(!running->waitFor("stopping").isEmpty());
    QCOMPARE(running->finish().exitCode, 6);
}

void TestTrainingRun::pausedRunResumes()
{
    std::unique_ptr<Engine> running;
    startLong("paused", running);
    const QString run = m_scratch.path("paused");
    QCOMPARE(engine({"pause", run}).exitCode, 0);
    QString phase;
    while (phase != "paused") {
        const QJsonObject event = running->waitFor("phase");
        QVERIFY(!event.isEmpty());
        phase = event["name"].toString();
    }
    QCOMPARE(engine({"resume", run}).exitCode, 0);
    QVERIFY(!running->waitFor("step").isEmpty());
    QCOMPARE(engine({"stop", run}).exitCode, 0);
    QCOMPARE(running->finish().exitCode, 6);
}

void TestTrainingRun::secondEngineIsBusy()
{
    std::unique_ptr<Engine> running;
    startLong("busy", running);
    const QByteArray job = readFile(m_scratch.path("busy") + "/job.json");
    Engine second({"run", m_scratch.path("busy")});
    const QJsonObject failed = second.waitFor("failed");
    QCOMPARE(failed["code"].toString(), "run_busy");
    QCOMPARE(second.finish().exitCode, 3);
    QVERIFY(!running->waitFor("step").isEmpty());
    QCOMPARE(readFile(m_scratch.path("busy") + "/job.json"), job);
}

void TestTrainingRun::tornJournalLineIsCut()
{
    const QString run = interrupted("torn");
    QFile journal(run + "/events.jsonl");
    QVERIFY(journal.open(QIODevice::Append));
    journal.write("{\"event\":\"step\",\"se");
    journal.close();
    QCOMPARE(engine({"resume", run}).exitCode, 0);
    Outcome lines;
    lines.output = readFile(run + "/events.jsonl");
    QVERIFY(lines.isJsonOnly());
    QVERIFY(lines.output.contains("\"resumed\""));
    QCOMPARE(adapters(run), adapters(m_run));
    QCOMPARE(exactMetrics(run), exactMetrics(m_run));
}

void TestTrainingRun::leftoversOfAKillAreRemoved()
{
    const QString run = interrupted("leftovers");
    QDir().mkpath(run + "/output/adapter.partial-1-0/inner");
    QDir().mkpath(run + "/checkpoints/step-00000006.partial-1-0");
    writeFile(run + "/manifest.json.partial-1-0", "{");
    QCOMPARE(engine({"resume", run}).exitCode, 0);
    for (const QString& file : snapshot(run).keys()) {
        QVERIFY2(!file.contains(".partial"), qPrintable(file));
    }
    QVERIFY(!readFile(run + "/manifest.json").contains(".partial"));
}

void TestTrainingRun::damagedCheckpointFallsBack_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("damaged"); // what is in the file
    const auto first = [this](const QString& file, int bytes) {
        return readFile(m_run + "/checkpoints/step-00000004/" + file).left(bytes);
    };
    QTest::newRow("adapter cut") << "adapter.safetensors" << first("adapter.safetensors", 900);
    QTest::newRow("adapter empty") << "adapter.safetensors" << QByteArray();
    QTest::newRow("optimizer cut")
        << "optimizer.safetensors" << first("optimizer.safetensors", 300);
    QTest::newRow("state cut") << "state.json" << first("state.json", 40);
    QTest::newRow("state empty") << "state.json" << QByteArray();
    QTest::newRow("state of another program") << "state.json" << QByteArray("{}");
}

void TestTrainingRun::damagedCheckpointFallsBack()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, damaged);
    const QString run = interrupted(QString("damaged ") + QTest::currentDataTag());
    writeFile(run + "/checkpoints/step-00000004/" + file, damaged);
    const Outcome outcome = engine({"resume", run, "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QVERIFY2(outcome.output.contains("\"from_step\":3"), outcome.story());
    QCOMPARE(adapters(run), adapters(m_run));
    QCOMPARE(exactMetrics(run), exactMetrics(m_run));
}

void TestTrainingRun::changedInputIsRefused_data()
{
    QTest::addColumn<QString>("input");
    QTest::newRow("data") << "data";
    QTest::newRow("base") << "model/model.safetensors";
}

void TestTrainingRun::changedInputIsRefused()
{
    QFETCH(QString, input);
    QDir(m_scratch.path("changing")).removeRecursively();
    QDir(m_scratch.path()).mkpath("changing");
    const QString folder = m_scratch.path("changing");
    m_scratch.copy(kModel, "changing/model");
    writeFile(folder + "/data", readFile(m_data));
    QStringList arguments = tinyTraining(folder + "/data", folder + "/run");
    arguments[2] = folder + "/model";
    const Outcome trained = engine(arguments);
    QVERIFY2(trained.exitCode == 0, trained.story());
    QFile::remove(folder + "/run/manifest.json");
    QByteArray bytes = readFile(folder + "/" + input);
    bytes[bytes.size() - 30] = static_cast<char>(bytes[bytes.size() - 30] ^ 1);
    writeFile(folder + "/" + input, bytes);
    const Outcome resumed = engine({"resume", folder + "/run"});
    QVERIFY2(resumed.exitCode == 7, resumed.story());
    QCOMPARE(resumed.errorCode(), "incompatible");
}

void TestTrainingRun::divergenceIsExit5()
{
    const Outcome outcome = engine(tinyTraining(m_data,
                                                m_scratch.path("diverged"),
                                                {"training.learning_rate=1e30",
                                                 "training.warmup_ratio=0",
                                                 "training.max_grad_norm=0",
                                                 "training.max_steps=40",
                                                 "data.validation.fraction=0"}));
    QVERIFY2(outcome.exitCode == 5 || outcome.exitCode == 2, outcome.story());
}

QTEST_GUILESS_MAIN(TestTrainingRun)

#include "tst_training_run.moc"
