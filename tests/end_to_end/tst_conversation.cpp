// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/scratch.h"

#include <QTest>

#include <memory>

using namespace e2e;

namespace {

QByteArray ask(const QString& id, const QString& question, const QJsonObject& arguments = {})
{
    const QJsonObject line = {{"command", "ask"},
                              {"seq", 1},
                              {"time", "2026-03-01T14:22:08.123Z"},
                              {"id", id},
                              {"question", question},
                              {"arguments", arguments}};
    return QJsonDocument(line).toJson(QJsonDocument::Compact);
}

QByteArray command(const QString& kind, const QJsonObject& more = {})
{
    QJsonObject line = {{"command", kind}, {"seq", 1}, {"time", "2026-03-01T14:22:08.123Z"}};
    for (auto member = more.begin(); member != more.end(); ++member) {
        line.insert(member.key(), member.value());
    }
    return QJsonDocument(line).toJson(QJsonDocument::Compact);
}

// A question that keeps the engine busy while others queue up.
QByteArray slowQuestion(const QString& id)
{
    return ask(
        id,
        "generate",
        {{"model", kModel}, {"prompt", "Tell me."}, {"max_new_tokens", 400}, {"temperature", 5}});
}

} // namespace

class TestConversation final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void helloComesFirst();
    void answersCarryTheirIds();
    void errorsAreAnswers();
    void brokenLinesAreIgnored();
    void newerEstimateSupersedes();
    void cancelledQuestionIsNotAnswered();
    void largeAnswersAreFiles();
    void engineSaysThatItIsAlive();
    void endOfInputEndsTheWorker();
    void runTalksInEventsAlone();
    void runStopsOnCommand();
    void runStopsWhenInputEnds();
    void detachedRunGoesOn();
    void checkpointOnCommand();

private:
    std::unique_ptr<Engine> serve();
    // A job file in a run folder, as the studio writes it; no engine has worked there.
    QString preparedRun(const QString& name, int steps);

    Scratch m_scratch;
    QString m_data = m_scratch.data();
};

std::unique_ptr<Engine> TestConversation::serve()
{
    return std::make_unique<Engine>(QStringList{"serve", "--scratch", m_scratch.path("answers")});
}

QString TestConversation::preparedRun(const QString& name, int steps)
{
    const QString made = m_scratch.path("made");
    if (!QFile::exists(made)) {
        engine(tinyTraining(m_data, made, {"training.max_steps=1"}));
    }
    QJsonObject job = readJson(made + "/job.json");
    QJsonObject training = job["training"].toObject();
    training["max_steps"] = steps;
    training["save_every"] = 100000;
    training["evaluate_every"] = 100000;
    job["training"] = training;
    QDir().mkpath(m_scratch.path(name));
    writeFile(m_scratch.path(name) + "/job.json", QJsonDocument(job).toJson());
    return m_scratch.path(name);
}

void TestConversation::helloComesFirst()
{
    const auto engine = serve();
    const QJsonObject hello = engine->nextLine();
    QCOMPARE(hello["event"].toString(), "hello");
    QCOMPARE(hello["seq"].toInt(), 1);
    QCOMPARE(hello["protocol"].toInt(), 1);
    QVERIFY(!hello["devices"].toArray().isEmpty());
    QVERIFY(!hello["catalog"].toObject().isEmpty());
}

void TestConversation::answersCarryTheirIds()
{
    const auto engine = serve();
    engine->write(ask("a", "score", {{"model", kModel}, {"text", "A fox"}}) + "\n"
                  + ask("b", "inspect model", {{"model", kModel}, {"tree", true}}));
    const QJsonObject first = engine->waitFor("answer");
    QCOMPARE(first["id"].toString(), "a");
    QVERIFY(!first["value"].toObject()["nll"].toArray().isEmpty());
    const QJsonObject second = engine->waitFor("answer");
    QCOMPARE(second["id"].toString(), "b");
    QVERIFY(!second["value"].toObject()["modules"].toArray().isEmpty());
}

void TestConversation::errorsAreAnswers()
{
    const auto engine = serve();
    engine->write(ask("lost", "inspect model", {{"model", "/nowhere"}}));
    QCOMPARE(engine->waitFor("answer", "lost")["error"].toObject()["code"].toString(), "not_found");
    engine->write(ask("odd", "fly"));
    QCOMPARE(engine->waitFor("answer", "odd")["error"].toObject()["code"].toString(),
             "bad_argument");
}

void TestConversation::brokenLinesAreIgnored()
{
    const auto engine = serve();
    engine->write("no json\n{}\n[1]\n{\"command\":\"dance\"}\n" + ask("after", "describe"));
    QVERIFY(!engine->waitFor("answer", "after")["value"].toObject().isEmpty());
}

void TestConversation::newerEstimateSupersedes()
{
    const auto engine = serve();
    const auto estimate = [](const QString& id, int rank) {
        return ask(id,
                   "estimate",
                   {{"config", kModel + "/config.json"},
                    {"method", "lora"},
                    {"set", QJsonArray{QString("method.rank=%1").arg(rank)}}});
    };
    engine->write(slowQuestion("slow") + "\n" + estimate("old", 4) + "\n" + estimate("new", 8)
                  + "\n" + ask("last", "describe"));
    QStringList answered;
    while (answered.isEmpty() || (answered.last() != "last" && !answered.last().isEmpty())) {
        answered << engine->waitFor("answer")["id"].toString();
    }
    QCOMPARE(answered, QStringList({"slow", "new", "last"}));
}

void TestConversation::cancelledQuestionIsNotAnswered()
{
    const auto engine = serve();
    engine->write(slowQuestion("slow") + "\n" + ask("dropped", "describe") + "\n"
                  + command("cancel", {{"id", "dropped"}}) + "\n"
                  + ask("last", "score", {{"model", kModel}, {"text", "A fox"}}));
    QCOMPARE(engine->waitFor("answer")["id"].toString(), "slow");
    QCOMPARE(engine->waitFor("answer")["id"].toString(), "last");
}

void TestConversation::largeAnswersAreFiles()
{
    writeFile(m_scratch.path("many.jsonl"), readFile(kSample + "/pirate.jsonl").repeated(3));
    const auto engine = serve();
    engine->write(ask("large",
                      "preview",
                      {{"model", kModel}, {"data", m_scratch.path("many.jsonl")}, {"rows", 1800}}));
    const QJsonObject answer = engine->waitFor("answer", "large");
    QVERIFY(!answer["file"].toString().isEmpty());
    const QByteArray text = readFile(m_scratch.path("answers/" + answer["file"].toString()));
    QVERIFY(text.size() > 1 << 20);
    QCOMPARE(QJsonDocument::fromJson(text).array().size(), 1800);
}

void TestConversation::engineSaysThatItIsAlive()
{
    const auto engine = serve();
    QVERIFY(!engine->waitFor("alive").isEmpty());
}

void TestConversation::endOfInputEndsTheWorker()
{
    const auto engine = serve();
    QVERIFY(!engine->waitFor("hello").isEmpty());
    engine->process().closeWriteChannel();
    QCOMPARE(engine->finish().exitCode, 0);
}

void TestConversation::runTalksInEventsAlone()
{
    Engine run({"run", preparedRun("talks", 3)});
    QCOMPARE(run.nextLine()["event"].toString(), "hello");
    QCOMPARE(run.nextLine()["event"].toString(), "started");
    QJsonObject last;
    for (QJsonObject line = run.nextLine(); !line.isEmpty(); line = run.nextLine()) {
        last = line;
    }
    QCOMPARE(last["event"].toString(), "done");
    const Outcome outcome = run.finish();
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY(outcome.errors.isEmpty());
}

void TestConversation::runStopsOnCommand()
{
    const QString folder = preparedRun("stops", 100000);
    Engine run({"run", folder});
    QVERIFY(!run.waitFor("step").isEmpty());
    run.write(command("stop"));
    QVERIFY(!run.waitFor("stopping").isEmpty());
    QVERIFY(!run.waitFor("checkpoint").isEmpty());
    QCOMPARE(run.finish().exitCode, 6);
}

void TestConversation::runStopsWhenInputEnds()
{
    const QString folder = preparedRun("alone", 100000);
    Engine run({"run", folder});
    QVERIFY(!run.waitFor("step").isEmpty());
    run.process().closeWriteChannel();
    QVERIFY(!run.waitFor("checkpoint").isEmpty());
    QCOMPARE(run.finish().exitCode, 6);
    QVERIFY(!QDir(folder + "/checkpoints").entryList({"step-*"}).isEmpty());
}

void TestConversation::detachedRunGoesOn()
{
    const QString folder = preparedRun("detached", 12);
    Engine run({"run", folder});
    QVERIFY(!run.waitFor("hello").isEmpty());
    run.write(command("detach"));
    run.process().closeWriteChannel();
    QCOMPARE(run.finish().exitCode, 0);
    QVERIFY(QFile::exists(folder + "/manifest.json"));
}

void TestConversation::checkpointOnCommand()
{
    const QString folder = preparedRun("saves", 100000);
    Engine run({"run", folder});
    QVERIFY(!run.waitFor("step").isEmpty());
    run.write(command("checkpoint"));
    QVERIFY(!run.waitFor("checkpoint").isEmpty());
    QVERIFY(!run.waitFor("step").isEmpty());
}

QTEST_GUILESS_MAIN(TestConversation)

#include "tst_conversation.moc"
