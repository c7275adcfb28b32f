// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/scratch.h"

#include <QTest>

using namespace e2e;

namespace {

const QStringList kGreedy = {
    "generate", "--model", kModel, "--temperature", "0", "--max-new-tokens", "16"};

QStringList goldenModels()
{
    return {"stories260K", "llama2xs-268K", "stories260K-bf16-3shards", "stories260K-f16-untied"};
}

} // namespace

class TestGenerate final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void promptIsOneUserTurn();
    void rawTextWithoutTheTemplate();
    void chatFileContinues();
    void promptsFileAnswersEachLine();
    void linesNameTheirAdapters();
    void anAdapterBringsItsTemplate();
    void textsTrainedAloneNeedNoTemplate();
    void systemTurnComesFirst();
    void stopStringEnds();
    void seedsReproduce();
    void greedyIsTheSameTwice();
    void streamedTextIsUtf8();
    void badPromptsNameTheLine();
    void signalEndsIt();
    void goldenAnswers_data() { models(); }
    void goldenAnswers();
    void goldenScores_data() { models(); }
    void goldenScores();

private:
    static void models();
    QJsonObject answer(const QStringList& more) const
    {
        return engine(kGreedy + more + QStringList{"--json"}).json();
    }

    Scratch m_scratch;
};

void TestGenerate::models()
{
    QTest::addColumn<QString>("model");
    for (const QString& model : goldenModels()) {
        QTest::newRow(qPrintable(model)) << model;
    }
}

void TestGenerate::promptIsOneUserTurn()
{
    writeFile(m_scratch.path("chat.jsonl"), R"({"role": "user", "content": "What is a fox?"})");
    const QJsonObject prompt = answer({"--prompt", "What is a fox?"});
    const QJsonObject chat = answer({"--chat", m_scratch.path("chat.jsonl")});
    QVERIFY(!prompt["ids"].toArray().isEmpty());
    QCOMPARE(prompt["prompt_ids"], chat["prompt_ids"]);
    QCOMPARE(prompt["ids"], chat["ids"]);
    QCOMPARE(prompt["logprobs"].toArray().size(), prompt["ids"].toArray().size());
}

void TestGenerate::rawTextWithoutTheTemplate()
{
    const QJsonObject raw = answer({"--prompt", "A fox is", "--no-chat-template"});
    const QJsonObject scored =
        engine({"score", "--model", kModel, "--text", "A fox is", "--json"}).json();
    QCOMPARE(raw["prompt_ids"], scored["ids"]);
    QVERIFY(raw["prompt_ids"] != answer({"--prompt", "A fox is"})["prompt_ids"]);
}

void TestGenerate::chatFileContinues()
{
    const QByteArray first = R"({"role": "user", "content": "Hello."})";
    writeFile(m_scratch.path("one.jsonl"), first);
    writeFile(m_scratch.path("three.jsonl"),
              first + "\n" + R"({"role": "assistant", "content": "Hi."})" + "\n"
                  + R"({"role": "user", "content": "What is a fox?"})" + "\n");
    const QJsonArray one = answer({"--chat", m_scratch.path("one.jsonl")})["prompt_ids"].toArray();
    const QJsonArray three =
        answer({"--chat", m_scratch.path("three.jsonl")})["prompt_ids"].toArray();
    QVERIFY(three.size() > one.size() + 8);
}

void TestGenerate::promptsFileAnswersEachLine()
{
    writeFile(m_scratch.path("prompts.jsonl"),
              "\"What is a fox?\"\n\n{\"prompt\": \"Hello.\"}\n{\"messages\": [{\"role\": "
              "\"user\", \"content\": \"Hello.\"}]}\n");
    const Outcome outcome =
        engine(kGreedy + QStringList{"--prompts", m_scratch.path("prompts.jsonl"), "--json"});
    QVERIFY2(outcome.exitCode == 0 && outcome.isJsonOnly(), outcome.story());
    const QList<QJsonObject> lines = outcome.lines();
    QCOMPARE(lines.size(), 3);
    QCOMPARE(lines[1]["ids"], lines[2]["ids"]);
    QCOMPARE(lines[1]["logprobs"], answer({"--prompt", "Hello."})["logprobs"]);
    QCOMPARE(lines[1]["logprobs"], lines[2]["logprobs"]); // of which only the end was read
    QCOMPARE(lines[0]["ids"], answer({"--prompt", "What is a fox?"})["ids"]);
}

void TestGenerate::linesNameTheirAdapters()
{
    // Two adapters that say other things.
    QStringList adapters;
    for (const char* seed : {"1", "2"}) {
        const QString run = m_scratch.path(QStringLiteral("run-") + seed);
        const Outcome outcome = engine(tinyTraining(m_scratch.data(),
                                                    run,
                                                    {QStringLiteral("training.seed=") + seed,
                                                     "training.max_steps=8",
                                                     "training.learning_rate=0.02"}));
        QVERIFY2(outcome.exitCode == 0, outcome.story());
        adapters << run + "/output/last";
    }
    QFile::rename(adapters[0], m_scratch.path("first"));
    adapters[0] = m_scratch.path("first");
    const auto line = [](const char* prompt, const QByteArray& adapter) {
        return QByteArray("{\"prompt\": \"") + prompt + "\", \"adapter\": " + adapter + "}\n";
    };
    const QByteArray second = "\"" + adapters[1].toUtf8() + "\"";
    const QByteArray both = "[\"first\", " + second + "]";
    writeFile(m_scratch.path("mixed.jsonl"),
              line("What is a fox?", "\"first\"") + line("Hello.", second)
                  + line("What is a fox?", "null") + line("Who are you?", both)
                  + "\"Hello.\"\n"); // names none: those of the command line
    const Outcome outcome =
        engine(kGreedy
               + QStringList{
                   "--prompts", m_scratch.path("mixed.jsonl"), "--adapter", adapters[0], "--json"});
    QVERIFY2(outcome.exitCode == 0 && outcome.isJsonOnly(), outcome.story());
    const QList<QJsonObject> lines = outcome.lines();
    QCOMPARE(lines.size(), 5);
    const auto alone = [this](const QString& prompt, const QStringList& with) -> QJsonValue {
        QStringList arguments = {"--prompt", prompt};
        for (const QString& adapter : with) {
            arguments << "--adapter" << adapter;
        }
        return answer(arguments)["ids"];
    };
    QCOMPARE(lines[0]["ids"], alone("What is a fox?", {adapters[0]}));
    QCOMPARE(lines[1]["ids"], alone("Hello.", {adapters[1]}));
    QCOMPARE(lines[2]["ids"], alone("What is a fox?", {}));
    QCOMPARE(lines[3]["ids"], alone("Who are you?", adapters));
    QCOMPARE(lines[4]["ids"], alone("Hello.", {adapters[0]}));
    QVERIFY(lines[0]["ids"] != lines[2]["ids"]);
    QVERIFY(lines[1]["ids"] != lines[4]["ids"]);
    QCOMPARE(lines[3]["adapters"].toArray().size(), 2);
    QVERIFY(lines[2]["adapters"].toArray().isEmpty());

    writeFile(m_scratch.path("bad.jsonl"), line("Hello.", "3"));
    const Outcome bad =
        engine(kGreedy + QStringList{"--prompts", m_scratch.path("bad.jsonl"), "--json"});
    QCOMPARE(bad.exitCode, 3);
    QVERIFY(bad.story().contains("adapter"));
}

// Asked for, the adapter's, the model's: in this order, and said.
void TestGenerate::anAdapterBringsItsTemplate()
{
    const auto trained = [this](const QString& name) {
        const QString run = m_scratch.path("run-" + name);
        const Outcome outcome = engine(
            tinyTraining(m_scratch.data(), run, {"training.max_steps=1", "data.template=" + name}));
        return outcome.exitCode == 0 ? run + "/output/adapter" : QString();
    };
    const QString plain = trained("plain");
    const QString alpaca = trained("alpaca");
    QVERIFY(!plain.isEmpty() && !alpaca.isEmpty());
    const auto prompted = [this](const QStringList& more) {
        return answer(QStringList{"--prompt", "What is a fox?"} + more);
    };
    const auto told = [](const QJsonObject& answer) {
        const QJsonObject format = answer["template"].toObject();
        return format["name"].toString() + " " + format["from"].toString();
    };
    const QJsonObject own = prompted({});
    QCOMPARE(told(own), QString("model model"));
    const QJsonObject adapted = prompted({"--adapter", plain});
    QCOMPARE(told(adapted), QString("plain adapter"));
    QCOMPARE(adapted["prompt_ids"], prompted({"--template", "plain"})["prompt_ids"]);
    QVERIFY(adapted["prompt_ids"] != own["prompt_ids"]);
    const QJsonObject asked = prompted({"--adapter", plain + ":0.5", "--template", "model"});
    QCOMPARE(told(asked), QString("model asked"));
    QCOMPARE(asked["prompt_ids"], own["prompt_ids"]);
    // Two that disagree leave it to the model.
    const Outcome both = engine(
        kGreedy
        + QStringList{"--prompt", "What is a fox?", "--adapter", plain, "--adapter", alpaca});
    QVERIFY2(both.errors.contains("different"), both.story());
    // Lines have that of their own adapters, in one batch.
    const QByteArray line = "{\"prompt\": \"What is a fox?\", \"adapter\": ";
    writeFile(m_scratch.path("formats.jsonl"),
              line + "\"" + plain.toUtf8() + "\"}\n" + line + "\"" + alpaca.toUtf8() + "\"}\n"
                  + line + "null}\n");
    const QList<QJsonObject> lines =
        engine(kGreedy + QStringList{"--prompts", m_scratch.path("formats.jsonl"), "--json"})
            .lines();
    QCOMPARE(lines.size(), 3);
    QCOMPARE(told(lines[0]), QString("plain adapter"));
    QCOMPARE(told(lines[1]), QString("alpaca adapter"));
    QCOMPARE(lines[2]["prompt_ids"], own["prompt_ids"]);
    // Data are scored as they were trained.
    const auto scored = [&](const QStringList& more) {
        return engine(QStringList{"score", "--json", "--model", kModel, "--data", m_scratch.data(3)}
                      + more)
            .lines();
    };
    const QList<QJsonObject> rows = scored({"--adapter", plain});
    QCOMPARE(told(rows.last()), QString("plain adapter"));
    QCOMPARE(rows[0]["ids"], scored({"--template", "plain"})[0]["ids"]);
    const Outcome evaluated = engine({"evaluate",
                                      "--json",
                                      "--model",
                                      kModel,
                                      "--adapter",
                                      alpaca,
                                      "--data",
                                      m_scratch.data(3)});
    QCOMPARE(told(evaluated.json()), QString("alpaca adapter"));
    // And what goes on from it goes on in it.
    const QString next = m_scratch.path("next");
    const Outcome continued = engine(tinyTraining(
        m_scratch.data(), next, {"training.max_steps=1", "method.start_from=" + plain}));
    QVERIFY2(continued.exitCode == 0, continued.story());
    QCOMPARE(readFile(next + "/output/adapter/chat_template.jinja"),
             readFile(plain + "/chat_template.jinja"));
}

// Of a model without a template, what was trained on plain texts goes on with a text.
void TestGenerate::textsTrainedAloneNeedNoTemplate()
{
    const QString model = m_scratch.copy(kModel, "bare");
    QFile::remove(model + "/chat_template.jinja");
    QJsonObject config = readJson(model + "/tokenizer_config.json");
    config.remove("chat_template");
    writeFile(model + "/tokenizer_config.json", QJsonDocument(config).toJson());
    const auto trained = [&](const QByteArray& row, const QString& name) {
        writeFile(m_scratch.path(name + ".jsonl"), (row + "\n").repeated(6));
        QStringList arguments = tinyTraining(
            m_scratch.path(name + ".jsonl"), m_scratch.path(name), {"training.max_steps=1"});
        arguments[2] = model;
        const Outcome outcome = engine(arguments);
        return outcome.exitCode == 0 ? m_scratch.path(name) + "/output/adapter" : QString();
    };
    const QString texts = trained(R"({"text": "A fox lives in a tree."})", "texts");
    const QString chats = trained(R"({"prompt": "Where?", "completion": "There."})", "chats");
    QVERIFY(!texts.isEmpty() && !chats.isEmpty());
    const auto ids = [&](const QStringList& more) {
        return engine(QStringList{"generate", "--json", "--model", model, "--prompt", "A fox"}
                      + more)
            .json()["prompt_ids"]
            .toArray();
    };
    QVERIFY(!ids({}).isEmpty());
    QCOMPARE(ids({"--adapter", texts}), ids({}));
    QCOMPARE(ids({"--adapter", chats}), ids({"--template", "plain"}));
    QVERIFY(ids({"--adapter", chats}) != ids({}));
}

void TestGenerate::systemTurnComesFirst()
{
    const QJsonArray plain = answer({"--prompt", "Hello."})["prompt_ids"].toArray();
    const QJsonArray with =
        answer({"--prompt", "Hello.", "--system", "Be kind."})["prompt_ids"].toArray();
    QVERIFY(with.size() > plain.size());
}

void TestGenerate::stopStringEnds()
{
    const QString whole = answer({"--prompt", "What is a fox?"})["text"].toString();
    QVERIFY(whole.size() > 6);
    const QString stop = whole.mid(3, 2);
    const QJsonObject cut = answer({"--prompt", "What is a fox?", "--stop", stop});
    QCOMPARE(cut["stop"].toString(), "stop_string");
    QCOMPARE(cut["text"].toString(), whole.left(whole.indexOf(stop)));
}

void TestGenerate::seedsReproduce()
{
    const auto ids = [](const QString& seed) {
        return engine({"generate",
                       "--model",
                       kModel,
                       "--prompt",
                       "Hello.",
                       "--temperature",
                       "3",
                       "--seed",
                       seed,
                       "--max-new-tokens",
                       "16",
                       "--json"})
            .json()["ids"]
            .toArray();
    };
    QVERIFY(!ids("5").isEmpty());
    QCOMPARE(ids("5"), ids("5"));
    QVERIFY(ids("6") != ids("5"));
}

void TestGenerate::greedyIsTheSameTwice()
{
    const QJsonObject first = answer({"--prompt", "What is a fox?"});
    const QJsonObject second = answer({"--prompt", "What is a fox?", "--seed", "9"});
    QCOMPARE(second["ids"], first["ids"]);
    QCOMPARE(second["logprobs"], first["logprobs"]);
}

// Random tokens of a byte-level vocabulary split and break characters.
void TestGenerate::streamedTextIsUtf8()
{
    const Outcome outcome = engine({"generate",
                                    "--model",
                                    kModel,
                                    "--prompt",
                                    "한글 🦊",
                                    "--temperature",
                                    "50",
                                    "--seed",
                                    "3",
                                    "--max-new-tokens",
                                    "200"});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QVERIFY(outcome.output.size() > 100);
    QCOMPARE(QString::fromUtf8(outcome.output).toUtf8(), outcome.output);
}

void TestGenerate::badPromptsNameTheLine()
{
    writeFile(m_scratch.path("bad.jsonl"), "\"fine\"\n{\"prompt\": 3}\n");
    const Outcome outcome = engine(kGreedy + QStringList{"--prompts", m_scratch.path("bad.jsonl")});
    QCOMPARE(outcome.exitCode, 3);
    QVERIFY2(outcome.errors.contains("line 2"), outcome.errors);
}

void TestGenerate::signalEndsIt()
{
    writeFile(m_scratch.path("many.jsonl"), QByteArray("\"Tell me.\"\n").repeated(2000));
    Engine running({"generate",
                    "--model",
                    kModel,
                    "--prompts",
                    m_scratch.path("many.jsonl"),
                    "--max-new-tokens",
                    "400",
                    "--temperature",
                    "5",
                    "--json"});
    QVERIFY(!running.nextLine().isEmpty());
    running.process().terminate();
    const Outcome outcome = running.finish();
    QCOMPARE(outcome.exitCode, 6);
    QCOMPARE(outcome.errorCode(), "stopped");
}

void TestGenerate::goldenAnswers()
{
    QFETCH(QString, model);
    const QString folder = shared("models/" + model);
    if (folder.isEmpty()) {
        QSKIP("the shared models are not here");
    }
    for (const QJsonValue& golden : readJson(folder + "/golden.json")["generate"].toArray()) {
        QJsonArray expected = golden["ids"].toArray(); // the prompt's and the generated ones
        const QJsonArray prompt = golden["prompt_ids"].toArray();
        for (qsizetype i = 0; i < prompt.size(); ++i) {
            expected.removeFirst();
        }
        const QJsonObject actual = engine({"generate",
                                           "--model",
                                           folder,
                                           "--no-chat-template",
                                           "--temperature",
                                           "0",
                                           "--prompt",
                                           golden["prompt"].toString(),
                                           "--max-new-tokens",
                                           QString::number(expected.size()),
                                           "--json"})
                                       .json();
        QCOMPARE(actual["prompt_ids"].toArray(), prompt);
        QCOMPARE(actual["ids"].toArray(), expected);
    }
}

void TestGenerate::goldenScores()
{
    QFETCH(QString, model);
    const QString folder = shared("models/" + model);
    if (folder.isEmpty()) {
        QSKIP("the shared models are not here");
    }
    for (const QJsonValue& golden : readJson(folder + "/golden.json")["nll"].toArray()) {
        const QJsonObject actual =
            engine({"score", "--model", folder, "--text", golden["text"].toString(), "--json"})
                .json();
        QCOMPARE(actual["ids"].toArray(), golden["ids"].toArray());
        const QJsonArray expected = golden["per_token"].toArray();
        QCOMPARE(actual["nll"].toArray().size(), expected.size());
        for (qsizetype i = 0; i < expected.size(); ++i) {
            QVERIFY(std::abs(actual["nll"][i].toDouble() - expected[i].toDouble()) < 2e-3);
        }
        QVERIFY(std::abs(actual["mean_nll"].toDouble() - golden["mean_nll"].toDouble()) < 5e-4);
    }
}

QTEST_GUILESS_MAIN(TestGenerate)

#include "tst_generate.moc"
