// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/scratch.h"

#include <QTest>

using namespace e2e;

namespace {

QStringList missing(const QJsonObject& object, const QStringList& keys)
{
    QStringList absent;
    for (const QString& key : keys) {
        if (!object.contains(key)) {
            absent << key;
        }
    }
    return absent;
}

} // namespace

class TestCommandLine final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyVerbHasHelp_data();
    void everyVerbHasHelp();
    void wrongOptionIsExit2();
    void answersAreJsonOnly_data();
    void answersAreJsonOnly();
    void failuresHaveTheirExitCode_data();
    void failuresHaveTheirExitCode();
    void failureIsAlsoJson();
    void wrongFieldIsNamed();
    void targetMustBeEmpty();
    void targetInsideAnInputIsRefused();
    void nameThatIsNotUtf8IsRefused();
    void closedStreamsAreFine();
    void relativePathsWork();
    void programLinksNoQt();
    void answerSurvivesAReaderThatLeft();

private:
    QStringList filled(QStringList arguments) const
    {
        return arguments.replaceInStrings("MODEL", kModel).replaceInStrings("DATA", m_data);
    }

    Scratch m_scratch;
    QString m_data = m_scratch.data();
};

void TestCommandLine::everyVerbHasHelp_data()
{
    QTest::addColumn<QString>("verb");
    for (const char* verb : {"describe",
                             "inspect model",
                             "inspect data",
                             "inspect adapter",
                             "inspect template",
                             "preview",
                             "estimate",
                             "init",
                             "train",
                             "resume",
                             "stop",
                             "pause",
                             "generate",
                             "score",
                             "evaluate",
                             "export",
                             "verify",
                             "serve",
                             "run"}) {
        QTest::newRow(verb) << verb;
    }
}

void TestCommandLine::everyVerbHasHelp()
{
    QFETCH(QString, verb);
    const Outcome outcome = engine(verb.split(' ') + QStringList{"--help"});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QVERIFY(outcome.output.contains("--json"));
    QVERIFY(outcome.errors.isEmpty());
}

void TestCommandLine::wrongOptionIsExit2()
{
    const Outcome outcome = engine({"describe", "--jsno"});
    QCOMPARE(outcome.exitCode, 2);
    QCOMPARE(outcome.errorCode(), "bad_argument");
}

void TestCommandLine::answersAreJsonOnly_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("keys");
    QTest::newRow("describe") << QStringList{"describe"}
                              << QStringList{"version",
                                             "protocol",
                                             "devices",
                                             "cuda",
                                             "models",
                                             "methods",
                                             "objectives",
                                             "formats",
                                             "exporters",
                                             "optimizers",
                                             "schedules",
                                             "metrics"};
    QTest::newRow("inspect model") << QStringList{"inspect", "model", "MODEL", "--tree"}
                                   << QStringList{"family",
                                                  "parameters",
                                                  "dtype",
                                                  "tied",
                                                  "vocabulary",
                                                  "context",
                                                  "tokenizer",
                                                  "chat_template",
                                                  "problems",
                                                  "modules"};
    QTest::newRow("inspect one file")
        << QStringList{"inspect", "model", "MODEL/model.safetensors", "--tree"}
        << QStringList{"family", "parameters", "problems", "modules"};
    QTest::newRow("inspect data")
        << QStringList{"inspect", "data", "DATA"}
        << QStringList{
               "format", "encoding", "rows", "good", "dropped", "notices", "columns", "sha256"};
    QTest::newRow("inspect data with a model")
        << QStringList{"inspect", "data", "DATA", "--model", "MODEL", "--max-length", "32"}
        << QStringList{"rows", "lengths"};
    QTest::newRow("preview") << QStringList{"preview", "--model", "MODEL", "--data", "DATA"}
                             << QStringList{
                                    "text", "ids", "pieces", "mask", "truncated", "findings"};
    QTest::newRow("estimate")
        << QStringList{"estimate", "--model", "MODEL", "--data", "DATA", "--method", "lora"}
        << QStringList{"parameters", "disk_bytes"};
    QTest::newRow("estimate of a plan")
        << QStringList{"estimate", "--config", "MODEL/config.json", "--method", "lora"}
        << QStringList{"parameters", "disk_bytes"};
    QTest::newRow("score") << QStringList{"score", "--model", "MODEL", "--text", "A fox is orange."}
                           << QStringList{"ids", "nll", "mean_nll", "perplexity"};
    QTest::newRow("score data") << QStringList{"score", "--model", "MODEL", "--data", "DATA"}
                                << QStringList{"mean_nll", "perplexity"};
    QTest::newRow("evaluate") << QStringList{"evaluate",
                                             "--model",
                                             "MODEL",
                                             "--data",
                                             "DATA",
                                             "--metrics",
                                             "loss,perplexity"}
                              << QStringList{"metrics", "samples", "tokens", "definitions"};
    QTest::newRow("generate")
        << QStringList{"generate", "--model", "MODEL", "--prompt", "Hello", "--max-new-tokens", "3"}
        << QStringList{"prompt_ids", "ids", "text", "logprobs", "stop", "tokens_per_second"};
}

void TestCommandLine::answersAreJsonOnly()
{
    QFETCH(QStringList, arguments);
    QFETCH(QStringList, keys);
    const Outcome outcome = engine(filled(arguments) + QStringList{"--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QVERIFY2(outcome.isJsonOnly(), outcome.story());
    for (const QJsonObject& line : outcome.lines()) {
        QCOMPARE(missing(line, keys), QStringList());
    }
}

void TestCommandLine::failuresHaveTheirExitCode_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArray>("code");
    const auto row =
        [](const char* name, const QStringList& arguments, int exitCode, const char* code) {
            QTest::newRow(name) << arguments << exitCode << QByteArray(code);
        };
    const QStringList training = {
        "train", "--model", "MODEL", "--data", "DATA", "--method", "lora", "--out", "OUT", "--set"};
    row("no verb", {}, 2, "bad_argument");
    row("unknown verb", {"fly"}, 2, "bad_argument");
    row("missing model", {"inspect", "model", "/nowhere"}, 3, "not_found");
    row("missing data", {"inspect", "data", "/nowhere.jsonl"}, 3, "not_found");
    row("no run", {"resume", "MODEL"}, 3, "not_found");
    row("nobody to stop", {"stop", "MODEL"}, 3, "not_found");
    row("unknown key", training + QStringList{"training.stepps=3"}, 2, "bad_field");
    row("wrong type", training + QStringList{"training.max_steps=many"}, 2, "bad_field");
    row("out of range", training + QStringList{"method.rank=0"}, 2, "bad_field");
    row("target without match",
        training + QStringList{"method.targets=[\"nothing\"]"},
        2,
        "no_target");
    row("unknown exporter",
        {"export", "--format", "tape", "--model", "MODEL", "--out", "OUT"},
        2,
        "bad_argument");
    row("ids beyond the vocabulary",
        {"score", "--model", "MODEL", "--ids", "1,99999"},
        2,
        "bad_argument");
    row("lost tokenizer",
        {"init", "--config", "MODEL/config.json", "--tokenizer", "/nowhere", "--out", "OUT"},
        3,
        "not_found");
}

void TestCommandLine::failuresHaveTheirExitCode()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, exitCode);
    QFETCH(QByteArray, code);
    const QString out = m_scratch.path("never");
    const Outcome outcome = engine(filled(arguments).replaceInStrings("OUT", out));
    QVERIFY2(outcome.exitCode == exitCode, outcome.story());
    QCOMPARE(outcome.errorCode(), code);
    QVERIFY(outcome.output.isEmpty());
    QVERIFY(!QFile::exists(out));
}

void TestCommandLine::failureIsAlsoJson()
{
    const Outcome outcome = engine({"inspect", "model", "/nowhere", "--json"});
    QVERIFY(outcome.isJsonOnly());
    const QJsonObject error = outcome.json()["error"].toObject();
    QCOMPARE(missing(error, {"code", "message", "hint", "where"}), QStringList());
    QCOMPARE(error["code"].toString(), "not_found");
    QCOMPARE(outcome.errorCode(), "not_found");
}

void TestCommandLine::wrongFieldIsNamed()
{
    writeFile(m_scratch.path("job.json"),
              R"({"version": 1, "model": {"path": "m"}, "data": {"path": "d"},
                                              "method": {"id": "lora", "rank": 0}})");
    const Outcome outcome =
        engine({"train", m_scratch.path("job.json"), "--out", m_scratch.path("never")});
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY2(outcome.errors.contains("method.rank: expected 1…1024, got 0"), outcome.errors);
}

void TestCommandLine::targetMustBeEmpty()
{
    QDir(m_scratch.path()).mkpath("full/inner");
    writeFile(m_scratch.path("full/kept"), "as it was");
    const Outcome outcome =
        engine({"init", "--config", kModel + "/config.json", "--out", m_scratch.path("full")});
    QCOMPARE(outcome.exitCode, 2);
    QCOMPARE(outcome.errorCode(), "target_exists");
    QCOMPARE(readFile(m_scratch.path("full/kept")), "as it was");
}

void TestCommandLine::targetInsideAnInputIsRefused()
{
    const QString model = m_scratch.copy(kModel, "input");
    QFile::link(model, m_scratch.path("link"));
    const auto before = snapshot(model);
    const Outcome inside =
        engine({"export", "--format", "merged", "--model", model, "--out", model + "/merged"});
    QVERIFY2(inside.exitCode == 2, inside.story());
    const Outcome linked = engine(
        {"export", "--format", "merged", "--model", model, "--out", m_scratch.path("link/merged")});
    QVERIFY2(linked.exitCode == 2, linked.story());
    QVERIFY(snapshot(model) == before);
}

void TestCommandLine::nameThatIsNotUtf8IsRefused()
{
    const Outcome outcome = shell("exec \"$E\" init --config '" + kModel
                                      + "/config.json' --json --out \"$(printf 'a\\377b')\"",
                                  m_scratch.path());
    QVERIFY2(outcome.exitCode == 3, outcome.story());
    QVERIFY(outcome.isJsonOnly());
}

void TestCommandLine::closedStreamsAreFine()
{
    const QString verb = "\"$E\" score --model '" + kModel + "' --text 'A fox' ";
    const Outcome noInput = shell(verb + "--json <&-");
    QVERIFY2(noInput.exitCode == 0, noInput.story());
    QVERIFY(noInput.isJsonOnly());
    QCOMPARE(shell(verb + "<&- >&- 2>&-").exitCode, 0);
}

void TestCommandLine::relativePathsWork()
{
    m_scratch.copy(kModel, "here");
    QStringList arguments = tinyTraining("data.jsonl", "run", {"training.max_steps=1"});
    arguments[2] = "here";
    const Outcome trained = engine(arguments, m_scratch.path());
    QVERIFY2(trained.exitCode == 0, trained.story());
    const QJsonObject job = readJson(m_scratch.path("run/job.json"));
    QCOMPARE(job["model"].toObject()["path"].toString(), m_scratch.path("here"));
    QCOMPARE(job["data"].toObject()["path"].toString(), m_scratch.path("data.jsonl"));
}

void TestCommandLine::programLinksNoQt()
{
    const Outcome outcome = shell("ldd \"$E\"");
    QVERIFY(outcome.output.contains("libtorch_cpu"));
    QVERIFY2(!outcome.output.contains("libQt"), outcome.output);
    QVERIFY2(!outcome.output.contains("libtorch_cuda"), outcome.output);
}

void TestCommandLine::answerSurvivesAReaderThatLeft()
{
    const Outcome outcome = shell("{ \"$E\" describe --json; echo $? >&2; } | true");
    QCOMPARE(outcome.errors.trimmed(), "0");
}

QTEST_GUILESS_MAIN(TestCommandLine)

#include "tst_command_line.moc"
