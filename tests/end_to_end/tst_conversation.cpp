// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/scratch.h"

#include <QCryptographicHash>
#include <QTest>

#include <algorithm>
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

QJsonObject pane(const QJsonObject& sampling, const QJsonArray& adapters = {})
{
    return {{"adapters", adapters}, {"sampling", sampling}};
}

// A chat turn with the sample model.
QByteArray prompt(const QString& id,
                  const QJsonArray& panes,
                  const QString& model = kModel,
                  const QString& quantization = "none")
{
    const QJsonObject question = {{"role", "user"}, {"content", "Where is the treasure?"}};
    return command("prompt",
                   {{"id", id},
                    {"model", model},
                    {"quantization", quantization},
                    {"messages", QJsonArray{question}},
                    {"panes", panes}});
}

const QJsonObject kGreedy = {{"temperature", 0}, {"max_new_tokens", 24}};
// Goes on for as long as anyone listens.
const QJsonObject kEndless = {{"temperature", 5}, {"max_new_tokens", 100000}};

// Everything up to the answer to this question, the answer last.
QList<QJsonObject> talk(Engine& engine, const QString& id)
{
    QList<QJsonObject> lines;
    for (QJsonObject line = engine.nextLine(); !line.isEmpty(); line = engine.nextLine()) {
        lines.append(line);
        if (line["event"] == "answer" && line["id"] == id) {
            break;
        }
    }
    return lines;
}

QList<QJsonObject> eventsOf(const QList<QJsonObject>& lines, const QString& kind)
{
    QList<QJsonObject> found;
    std::copy_if(lines.begin(), lines.end(), std::back_inserter(found), [&](const auto& line) {
        return line["event"] == kind;
    });
    return found;
}

QJsonArray panesOf(const QList<QJsonObject>& lines)
{
    return lines.isEmpty() ? QJsonArray() : lines.last()["value"].toObject()["panes"].toArray();
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
    void readingTellsAndCanBeCancelled();
    void largeAnswersAreFiles();
    void engineSaysThatItIsAlive();
    void endOfInputEndsTheWorker();
    void promptIsAnsweredTokenByToken();
    void panesAnswerInOrderWithTheirAdapters();
    void theModelStaysLoadedBetweenTurns();
    void aConversationIsNotReadAgain();
    void aTurnAsksForAFormOfTheModel();
    void cancelEndsATurnBetweenTokens();
    void aTurnThatWaitsIsCancelledUnwritten();
    void brokenPromptIsAnsweredWithItsField_data();
    void brokenPromptIsAnsweredWithItsField();
    void aPaneSpeaksAsItsAdapterWasTrained();
    void aPaneFailsAlone();
    void endOfInputEndsATurn();
    void runTalksInEventsAlone();
    void runStopsOnCommand();
    void runStopsWhenInputEnds();
    void detachedRunGoesOn();
    void checkpointOnCommand();

private:
    std::unique_ptr<Engine> serve();
    // A job file in a run folder, as the studio writes it; no engine has worked there.
    QString preparedRun(const QString& name, int steps);
    // An adapter of the sample model, trained for a moment.
    QString adapter();

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

QString TestConversation::adapter()
{
    const QString run = m_scratch.path("adapted");
    if (!QFile::exists(run)) {
        engine(tinyTraining(m_data, run, {"training.learning_rate=0.05"}));
    }
    return run + "/output/last";
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

// One that reads data is ended at once, whatever is left of it.
void TestConversation::readingTellsAndCanBeCancelled()
{
    QByteArray lines;
    for (int i = 0; i < 200000; ++i) {
        lines += R"({"prompt":"Question number )" + QByteArray::number(i * 7919)
                 + R"( about ships?","completion":"Answer )" + QByteArray::number(i)
                 + " of the old sea dog.\"}\n";
    }
    writeFile(m_scratch.path("endless.jsonl"), lines);
    const auto engine = serve();
    engine->write(ask(
        "reading", "inspect data", {{"data", m_scratch.path("endless.jsonl")}, {"quality", true}}));
    const QJsonObject progress = engine->waitFor("progress");
    QCOMPARE(progress["id"].toString(), "reading");
    QCOMPARE(progress["total"].toInteger(), lines.size());
    QVERIFY(progress["rows"].toInteger() > 0);
    engine->write(command("cancel", {{"id", "reading"}}) + "\n" + ask("next", "describe"));
    QCOMPARE(engine->waitFor("answer")["id"].toString(), "next");
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

void TestConversation::promptIsAnsweredTokenByToken()
{
    const auto engine = serve();
    engine->write(prompt("turn", {pane(kGreedy)}));
    const QList<QJsonObject> lines = talk(*engine, "turn");
    QCOMPARE(lines.value(1)["event"].toString(), "phase");
    QCOMPARE(lines.value(1)["name"].toString(), "loading_model");
    const QJsonObject answer = panesOf(lines)[0].toObject();
    QCOMPARE(answer["ids"].toArray().size(), answer["logprobs"].toArray().size());
    QString text;
    QJsonArray ids;
    for (const QJsonObject& token : eventsOf(lines, "token")) {
        QCOMPARE(token["id"].toString(), "turn");
        QCOMPARE(token["pane"].toInt(), 0);
        text += token["text"].toString();
        if (token["token"].toInt() < 0) {
            continue;
        }
        ids.append(token["token"]);
        const QJsonArray top = token["top"].toArray();
        QCOMPARE(top.size(), 3);
        QCOMPARE(top[0].toObject()["token"], token["token"]); // greedy takes the best
        QCOMPARE(top[0].toObject()["logprob"], token["logprob"]);
        QVERIFY(top[0].toObject()["logprob"].toDouble() >= top[1].toObject()["logprob"].toDouble());
    }
    QVERIFY(!text.isEmpty());
    QCOMPARE(text, answer["text"].toString());
    QCOMPARE(ids, answer["ids"].toArray());
    QVERIFY(answer["tokens_per_second"].toDouble() > 0);
    QVERIFY(answer["prompt_tokens"].toInt() > 0);
}

void TestConversation::panesAnswerInOrderWithTheirAdapters()
{
    const QString adapted = adapter();
    const auto source = [&](double scale) {
        return QJsonArray{QJsonObject{{"path", adapted}, {"scale", scale}}};
    };
    const auto engine = serve();
    engine->write(
        prompt("turn",
               {pane(kGreedy), pane(kGreedy, source(1)), pane(kGreedy, source(0)), pane(kGreedy)}));
    const QList<QJsonObject> lines = talk(*engine, "turn");
    int reached = 0;
    for (const QJsonObject& token : eventsOf(lines, "token")) {
        QVERIFY(token["pane"].toInt() >= reached);
        reached = token["pane"].toInt();
    }
    const QJsonArray panes = panesOf(lines);
    QCOMPARE(panes.size(), 4);
    const auto ids = [&panes](int index) { return panes[index].toObject()["ids"].toArray(); };
    QVERIFY(ids(0) != ids(1));
    QCOMPARE(ids(0), ids(2)); // a scale of 0 is the base
    QCOMPARE(ids(0), ids(3)); // and nothing of an adapter stays
    const QJsonObject used = panes[1].toObject()["adapters"].toArray()[0].toObject();
    const QByteArray weights = readFile(adapted + "/adapter_model.safetensors");
    const QByteArray hash = QCryptographicHash::hash(weights, QCryptographicHash::Sha256).toHex();
    QCOMPARE(used["sha256"].toString().toUtf8(), hash);
    QCOMPARE(used["scale"].toDouble(), 1.0);
}

void TestConversation::theModelStaysLoadedBetweenTurns()
{
    const QString other = m_scratch.copy(kModel, "other");
    const auto engine = serve();
    QStringList loading;
    for (const auto& [id, model] : {std::pair("one", kModel),
                                    std::pair("two", kModel),
                                    std::pair("three", other),
                                    std::pair("four", kModel)}) {
        engine->write(prompt(id, {pane(kGreedy)}, model));
        for (const QJsonObject& phase : eventsOf(talk(*engine, id), "phase")) {
            if (phase["name"] == "loading_model") {
                loading << id;
            }
        }
    }
    QCOMPARE(loading, QStringList({"one", "three", "four"}));
}

// Each pane from what its own adapters read; the answers are those of an engine that reads all.
void TestConversation::aConversationIsNotReadAgain()
{
    const QJsonArray panes = {pane(kGreedy),
                              pane(kGreedy, {QJsonObject{{"path", adapter()}, {"scale", 1}}})};
    const auto turn = [&panes](const QString& id, const QJsonArray& messages) {
        return command("prompt",
                       {{"id", id}, {"model", kModel}, {"messages", messages}, {"panes", panes}});
    };
    const auto message = [](const QString& role, const QString& text) {
        return QJsonObject{{"role", role}, {"content", text}};
    };
    const auto numbers = [](const QJsonArray& answers, const QString& field) {
        return QList{answers[0].toObject()[field].toInt(), answers[1].toObject()[field].toInt()};
    };
    QJsonArray messages = {message("user", "Where is the treasure?")};
    const auto engine = serve();
    engine->write(turn("first", messages));
    const QJsonArray first = panesOf(talk(*engine, "first"));
    QCOMPARE(numbers(first, "reused_tokens"), QList({0, 0}));
    messages << message("assistant", first[0].toObject()["text"].toString())
             << message("user", "Who hid it there?");
    engine->write(turn("second", messages));
    const QJsonArray second = panesOf(talk(*engine, "second"));
    QCOMPARE(numbers(second, "reused_tokens"), numbers(first, "prompt_tokens"));

    const auto other = serve();
    other->write(turn("second", messages));
    const QJsonArray fresh = panesOf(talk(*other, "second"));
    QCOMPARE(numbers(fresh, "reused_tokens"), QList({0, 0}));
    const QJsonArray otherScale = {QJsonObject{{"path", adapter()}, {"scale", 1.0 + 1e-9}}};
    engine->write(prompt("other scale", {pane(kGreedy, otherScale)}));
    QCOMPARE(panesOf(talk(*engine, "other scale"))[0].toObject()["reused_tokens"].toInt(), 0);
    for (int i = 0; i < panes.size(); ++i) {
        QCOMPARE(second[i].toObject()["ids"], fresh[i].toObject()["ids"]);
        QCOMPARE(second[i].toObject()["logprobs"], fresh[i].toObject()["logprobs"]);
    }
    QVERIFY(second[0].toObject()["ids"] != second[1].toObject()["ids"]);
}

void TestConversation::aTurnAsksForAFormOfTheModel()
{
    const auto engine = serve();
    QStringList loading;
    QMap<QString, QJsonArray> logprobs;
    QList<bool> isReused; // something of what was read before
    for (const QString form : {"none", "nf4", "nf4", "int8", "none"}) {
        engine->write(prompt(form, {pane(kGreedy)}, kModel, form));
        const QList<QJsonObject> lines = talk(*engine, form);
        for (const QJsonObject& phase : eventsOf(lines, "phase")) {
            if (phase["name"] == "loading_model") {
                loading << form;
            }
        }
        const QJsonObject answer = panesOf(lines)[0].toObject();
        logprobs[form] = answer["logprobs"].toArray();
        isReused << (answer["reused_tokens"].toInt() > 0);
        QVERIFY(!logprobs[form].isEmpty());
    }
    QCOMPARE(loading, QStringList({"none", "nf4", "int8", "none"}));
    QCOMPARE(isReused, QList({false, false, true, false, false}));
    QVERIFY(logprobs["nf4"] != logprobs["none"]);
}

void TestConversation::cancelEndsATurnBetweenTokens()
{
    const auto engine = serve();
    QJsonArray asked;
    while (asked.size() < 8) {
        asked.append(pane(kEndless));
    }
    engine->write(prompt("turn", asked));
    QVERIFY(!engine->waitFor("token").isEmpty());
    engine->write(command("cancel", {{"id", "turn"}}));
    const QList<QJsonObject> lines = talk(*engine, "turn");
    const QJsonArray panes = panesOf(lines);
    QCOMPARE(panes.size(), asked.size());
    QVERIFY(!panes.first()["ids"].toArray().isEmpty());
    QCOMPARE(panes.last()["stop"].toString(), "cancelled");
    QVERIFY(panes.last()["ids"].toArray().isEmpty());
}

void TestConversation::aTurnThatWaitsIsCancelledUnwritten()
{
    const auto engine = serve();
    engine->write(prompt("first", {pane(kEndless), pane(kEndless), pane(kEndless)}) + "\n"
                  + prompt("second", {pane(kGreedy)}));
    QVERIFY(!engine->waitFor("token").isEmpty());
    engine->write(command("cancel", {{"id", "second"}}) + "\n"
                  + command("cancel", {{"id", "first"}}));
    const QList<QJsonObject> lines = talk(*engine, "second");
    QCOMPARE(panesOf(lines)[0].toObject()["stop"].toString(), "cancelled");
    for (const QJsonObject& token : eventsOf(lines, "token")) {
        QCOMPARE(token["id"].toString(), "first");
    }
}

void TestConversation::brokenPromptIsAnsweredWithItsField_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("where");
    const QString field = "prompt.panes[0].sampling.top_p";
    QTest::newRow("setting") << prompt("odd", {pane({{"top_p", 2}})}) << "bad_field" << field;
    QTest::newRow("no pane") << prompt("odd", {}) << "bad_field"
                             << "prompt.panes";
    QTest::newRow("no model") << prompt("odd", {pane(kGreedy)}, "") << "bad_field"
                              << "prompt.model";
    QTest::newRow("form of the model")
        << prompt("odd", {pane(kGreedy)}, kModel, "int3") << "bad_field"
        << "prompt.quantization";
    QTest::newRow("model gone") << prompt("odd", {pane(kGreedy)}, "/nowhere") << "not_found"
                                << "/nowhere";
    const QJsonArray wizard = {QJsonObject{{"role", "wizard"}, {"content", "x"}}};
    QTest::newRow("role") << command("prompt",
                                     {{"id", "odd"},
                                      {"model", kModel},
                                      {"messages", wizard},
                                      {"panes", QJsonArray{pane(kGreedy)}}})
                          << "bad_field"
                          << "prompt.messages[0].role";
}

void TestConversation::brokenPromptIsAnsweredWithItsField()
{
    QFETCH(QByteArray, line);
    const auto engine = serve();
    engine->write(line);
    const QJsonObject error = engine->waitFor("answer", "odd")["error"].toObject();
    QTEST(error["code"].toString(), "code");
    QTEST(error["where"].toString(), "where");
}

void TestConversation::aPaneSpeaksAsItsAdapterWasTrained()
{
    const QString run = m_scratch.path("plain");
    const Outcome trained =
        engine(tinyTraining(m_data, run, {"training.max_steps=1", "data.template=plain"}));
    QVERIFY2(trained.exitCode == 0, trained.story());
    const QJsonArray source = {QJsonObject{{"path", run + "/output/adapter"}, {"scale", 1}}};
    const auto engine = serve();
    engine->write(prompt("turn", {pane(kGreedy), pane(kGreedy, source)}));
    const QJsonArray panes = panesOf(talk(*engine, "turn"));
    QCOMPARE(panes[0].toObject()["template"].toObject(),
             (QJsonObject{{"name", "model"}, {"from", "model"}}));
    QCOMPARE(panes[1].toObject()["template"].toObject(),
             (QJsonObject{{"name", "plain"}, {"from", "adapter"}}));
    QVERIFY(panes[0].toObject()["prompt_tokens"] != panes[1].toObject()["prompt_tokens"]);
}

void TestConversation::aPaneFailsAlone()
{
    const QJsonArray lost = {QJsonObject{{"path", "/nowhere"}, {"scale", 1}}};
    const auto engine = serve();
    engine->write(prompt("turn", {pane(kGreedy, lost), pane(kGreedy)}));
    const QJsonArray panes = panesOf(talk(*engine, "turn"));
    QCOMPARE(panes[0].toObject()["error"].toObject()["code"].toString(), "not_found");
    QVERIFY(!panes[1].toObject()["ids"].toArray().isEmpty());
}

void TestConversation::endOfInputEndsATurn()
{
    const auto engine = serve();
    engine->write(prompt("turn", {pane(kEndless)}));
    QVERIFY(!engine->waitFor("token").isEmpty());
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
