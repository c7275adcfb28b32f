// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Runs on bases in 4 and 8 bits through the real program: what is recorded, what the adapter does
// where, exact resume, and what such a base refuses.
#include "tests/end_to_end/scratch.h"

#include <QTest>

#include <cmath>

using namespace e2e;

class TestQuantizedRuns final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theRunSaysHowTheBaseWasHeld();
    void theAdapterWorksOnTheBaseThatItWasTrainedOn();
    void embeddingsAreQuantizedToo();
    void answersComeFromTheQuantizedBase();
    void resumeIsExact_data();
    void resumeIsExact();
    void loftqBeginsNearerToTheOriginal();
    void loftqIsMergedIntoWhatItCorrects();
    void whatLoftqCannotBeginOnIsRefused_data();
    void whatLoftqCannotBeginOnIsRefused();
    void momentsInEightBitsLeaveNoRankAlone();
    void anotherFormIsSaidToPeopleAndPrograms_data();
    void anotherFormIsSaidToPeopleAndPrograms();
    void anotherFormIsSaidOfEveryLine();
    void anotherFormIsSaidInAConversation();
    void whatTrainsTheWeightsIsRefused();
    void anUnknownFormIsRefused();

private:
    double nll(const QStringList& more) const
    {
        const Outcome outcome =
            engine(QStringList{
                       "score", "--json", "--model", kModel, "--data", m_data, "--max-length", "48"}
                   + more);
        return outcome.exitCode == 0 ? outcome.lines().last()["mean_nll"].toDouble() : -1;
    }

    // Of every trained token of the data.
    QList<double> nlls(const QStringList& more) const
    {
        const Outcome outcome =
            engine(QStringList{
                       "score", "--json", "--model", kModel, "--data", m_data, "--max-length", "48"}
                   + more);
        QList<double> values;
        for (const QJsonObject& line : outcome.lines()) {
            for (const QJsonValue& value : line["nll"].toArray()) {
                values << value.toDouble();
            }
        }
        return values;
    }
    // The adapter of a run of one step that changes nothing: how it began.
    QString untrained(const QString& name, const QStringList& settings)
    {
        const QString run = m_scratch.path(name);
        const Outcome trained = engine(tinyTraining(
            m_data,
            run,
            QStringList{"training.max_steps=1", "training.learning_rate=0"} + settings));
        return trained.exitCode == 0 ? run + "/output/last" : QString();
    }
    // `train` and `estimate` with these settings refuse alike; the error of `estimate --json`.
    QJsonObject refusal(const QString& name, const QString& model, const QStringList& settings)
    {
        QStringList arguments = tinyTraining(m_data, m_scratch.path(name), settings);
        arguments[2] = model;
        const Outcome trained = engine(arguments);
        arguments[0] = "estimate";
        arguments.remove(arguments.indexOf("--out"), 2);
        const Outcome planned = engine(arguments << "--json");
        const QJsonObject error = planned.json()["error"].toObject();
        const bool isSame = trained.exitCode == 2 && planned.exitCode == 2
                            && trained.errors.contains(error["message"].toString().toUtf8());
        return isSame ? error : QJsonObject();
    }

    Scratch m_scratch;
    QString m_data = m_scratch.data();
    QString m_run = m_scratch.path("run");
    QString m_adapter = m_run + "/output/adapter";
};

void TestQuantizedRuns::initTestCase()
{
    const Outcome trained =
        engine(tinyTraining(m_data, m_run, {"model.quantization=nf4", "training.max_steps=12"})
               << "--json");
    QVERIFY2(trained.exitCode == 0, trained.story());
}

void TestQuantizedRuns::theRunSaysHowTheBaseWasHeld()
{
    const QJsonObject resolved = readJson(m_run + "/manifest.json")["resolved"].toObject();
    QCOMPARE(resolved["quantization"].toString(), "nf4");
    QCOMPARE(resolved["double_quant"].toBool(), true);
    QCOMPARE(resolved["quantize_embeddings"], QJsonValue(false));
    QCOMPARE(readJson(m_run + "/job.json")["model"].toObject()["quantization"].toString(), "nf4");
}

void TestQuantizedRuns::theAdapterWorksOnTheBaseThatItWasTrainedOn()
{
    const double base = nll({});
    const double nf4 = nll({"--quantization", "nf4"});
    const double plain = nll({"--quantization", "nf4", "--double-quant", "false"});
    const double int8 = nll({"--quantization", "int8"});
    QVERIFY(base > 0 && nf4 > 0 && plain > 0 && int8 > 0);
    QVERIFY(nf4 != base && int8 != base && plain != nf4);
    QVERIFY(std::abs(int8 - base) < std::abs(nf4 - base));
    const double trained = nll({"--quantization", "nf4", "--adapter", m_adapter});
    QVERIFY2(trained > 0 && trained < nf4,
             qPrintable(QStringLiteral("%1, base %2").arg(trained).arg(nf4)));
    const double whole = nll({"--quantization", "nf4", "--quantize-embeddings"});
    QVERIFY(whole > 0 && whole != nf4);
    QCOMPARE(nll({"--quantize-embeddings"}), base); // of nothing that is quantised
}

void TestQuantizedRuns::embeddingsAreQuantizedToo()
{
    const QString run = m_scratch.path("embeddings");
    const QStringList form = {"--quantization", "nf4", "--quantize-embeddings"};
    const Outcome trained =
        engine(tinyTraining(m_data, run, {"training.max_steps=12"}) + form + QStringList{"--json"});
    QVERIFY2(trained.exitCode == 0, trained.story());
    QCOMPARE(readJson(run + "/manifest.json")["resolved"].toObject()["quantize_embeddings"],
             QJsonValue(true));
    const QString adapter = run + "/output/adapter";
    const Outcome inspected = engine({"inspect", "adapter", adapter, "--json"});
    QCOMPARE(inspected.json()["base"].toObject()["quantization"].toObject()["embeddings"],
             QJsonValue(true));
    const double base = nll(form);
    const double better = nll(form + QStringList{"--adapter", adapter});
    QVERIFY2(better > 0 && better < base,
             qPrintable(QStringLiteral("%1, base %2").arg(better).arg(base)));

    // Merged into what it saw, it is what it was there.
    const QString merged = m_scratch.path("merged");
    const Outcome exported = engine({"export",
                                     "--format",
                                     "merged",
                                     "--model",
                                     kModel,
                                     "--adapter",
                                     adapter,
                                     "--base",
                                     "dequantized",
                                     "--out",
                                     merged,
                                     "--json"});
    QVERIFY2(exported.exitCode == 0, exported.story());
    QCOMPARE(exported.json()["comparison"].toObject()["embeddings"], QJsonValue(true));
    const Outcome scored =
        engine({"score", "--json", "--model", merged, "--data", m_data, "--max-length", "48"});
    QVERIFY(std::abs(scored.lines().last()["mean_nll"].toDouble() - better) < 1e-3);

    const auto bytes = [&](const QStringList& more) {
        return engine(QStringList{"estimate", "--json", "--model", kModel, "--data", m_data} + more)
            .json()["bytes"]
            .toObject()["weights"]
            .toInteger();
    };
    QVERIFY(bytes(form) < bytes({"--quantization", "nf4"}));
}

void TestQuantizedRuns::answersComeFromTheQuantizedBase()
{
    const auto text = [&](const QStringList& more) {
        const Outcome outcome = engine(QStringList{"generate",
                                                   "--json",
                                                   "--model",
                                                   kModel,
                                                   "--prompt",
                                                   "Hello there",
                                                   "--temperature",
                                                   "0",
                                                   "--max-new-tokens",
                                                   "24"}
                                       + more);
        return outcome.exitCode == 0 ? outcome.json()["text"].toString() : outcome.errors;
    };
    QCOMPARE(text({"--quantization", "int8"}), text({"--quantization", "int8"}));
    QVERIFY(!text({"--quantization", "nf4", "--adapter", m_adapter}).isEmpty());
    QVERIFY(text({"--quantization", "nf4", "--adapter", m_adapter})
            != text({"--quantization", "nf4"}));
}

void TestQuantizedRuns::resumeIsExact_data()
{
    QTest::addColumn<QStringList>("settings");
    QTest::newRow("lora nf4") << QStringList{"model.quantization=nf4"};
    QTest::newRow("dylora nf4, bfloat16") << QStringList{
        "model.quantization=nf4", "method.id=dylora", "training.compute_dtype=bfloat16"};
    QTest::newRow("dora int8") << QStringList{"model.quantization=int8", "method.use_dora=true"};
    QTest::newRow("lora nf4, embeddings, bfloat16")
        << QStringList{"model.quantization=nf4",
                       "model.quantize_embeddings=true",
                       "training.compute_dtype=bfloat16"};
    QTest::newRow("dora int8, embeddings") << QStringList{
        "model.quantization=int8", "model.quantize_embeddings=true", "method.use_dora=true"};
    QTest::newRow("loftq nf4") << QStringList{"model.quantization=nf4", "method.init=loftq"};
    QTest::newRow("loftq dora int8")
        << QStringList{"model.quantization=int8", "method.init=loftq", "method.use_dora=true"};
}

void TestQuantizedRuns::resumeIsExact()
{
    QFETCH(QStringList, settings);
    const QString run = m_scratch.path(QTest::currentDataTag());
    const Outcome trained = engine(tinyTraining(m_data, run, settings) << "--json");
    QVERIFY2(trained.exitCode == 0, trained.story());
    const Outcome proof = engine({"verify", run, "--prove-resume", "--json"});
    QVERIFY2(proof.exitCode == 0 && proof.json()["passed"].toBool(), proof.story());
}

void TestQuantizedRuns::loftqBeginsNearerToTheOriginal()
{
    const QStringList settings = {"model.quantization=nf4", "method.rank=64", "method.alpha=8"};
    const QString plain = untrained("plain", settings);
    const QString loftq = untrained("loftq", settings + QStringList{"method.init=loftq"});
    QVERIFY(!plain.isEmpty() && !loftq.isEmpty());
    const QList<double> original = nlls({});
    const auto distance = [&](const QString& adapter) {
        const QList<double> values = nlls({"--quantization", "nf4", "--adapter", adapter});
        double sum = 0;
        for (qsizetype i = 0; i < original.size(); ++i) {
            sum += std::pow(values.value(i) - original[i], 2);
        }
        return std::sqrt(sum);
    };
    QVERIFY(original.size() > 100);
    QVERIFY2(
        distance(loftq) < 0.7 * distance(plain),
        qPrintable(QStringLiteral("%1, without %2").arg(distance(loftq)).arg(distance(plain))));
}

void TestQuantizedRuns::loftqIsMergedIntoWhatItCorrects()
{
    const QString run = m_scratch.path("corrected");
    const Outcome trained = engine(tinyTraining(
        m_data,
        run,
        {"model.quantization=nf4", "method.init=loftq", R"(output.export=["merged"])"}));
    QVERIFY2(trained.exitCode == 0, trained.story());
    const QString adapter = run + "/output/adapter";
    const auto merged = [&](const QString& name, const QStringList& more) {
        return engine(QStringList{"export",
                                  "--json",
                                  "--format",
                                  "merged",
                                  "--model",
                                  kModel,
                                  "--adapter",
                                  adapter,
                                  "--out",
                                  m_scratch.path(name)}
                      + more);
    };
    const Outcome own = merged("own", {});
    QVERIFY2(own.exitCode == 0, own.story());
    const QJsonArray merges = own.json()["comparison"].toObject()["merges"].toArray();
    QCOMPARE(merges.size(), 1);
    QCOMPARE(merges[0].toObject()["base"].toString(), "dequantized");
    QCOMPARE(own.json()["comparison"].toObject()["written"].toString(), "dequantized");
    QCOMPARE(readFile(run + "/output/merged/model.safetensors"),
             readFile(m_scratch.path("own/model.safetensors")));
    const Outcome original = merged("original", {"--base", "original"});
    QCOMPARE(original.exitCode, 2);
    QVERIFY2(original.errors.contains("would get twice"), original.story());
    const Outcome facts = engine({"inspect", "adapter", adapter, "--model", kModel, "--json"});
    const QJsonObject form = facts.json()["base"].toObject()["quantization"].toObject();
    QVERIFY2(form["kind"] == "nf4" && form["corrected"].toBool(), facts.story());

    // Going on from it keeps what it is; the start is not made again.
    const QString next = m_scratch.path("continued");
    const Outcome continued = engine(
        tinyTraining(m_data, next, {"model.quantization=nf4", "method.start_from=" + adapter}));
    QVERIFY2(continued.exitCode == 0, continued.story());
    const Outcome later = engine({"inspect", "adapter", next + "/output/adapter", "--json"});
    QVERIFY2(later.json()["base"].toObject()["quantization"].toObject()["corrected"].toBool(),
             later.story());
}

void TestQuantizedRuns::whatLoftqCannotBeginOnIsRefused_data()
{
    QTest::addColumn<bool>("isPacked");
    QTest::addColumn<QString>("reason");
    QTest::newRow("a dense base") << false << "held in full precision";
    QTest::newRow("a packed checkpoint") << true << "are not there";
}

void TestQuantizedRuns::whatLoftqCannotBeginOnIsRefused()
{
    QFETCH(bool, isPacked);
    QFETCH(QString, reason);
    QString model = kModel;
    if (isPacked) {
        model = m_scratch.path("bitsandbytes");
        const Outcome packed =
            engine({"export", "--format", "bitsandbytes_nf4", "--model", kModel, "--out", model});
        QVERIFY2(packed.exitCode == 0, packed.story());
    }
    const QJsonObject error = refusal("none", model, {"method.init=loftq"});
    QCOMPARE(error["where"].toString(), "method.init");
    QVERIFY2(error["message"].toString().contains(reason), qPrintable(error["message"].toString()));
}

void TestQuantizedRuns::momentsInEightBitsLeaveNoRankAlone()
{
    const QJsonObject error =
        refusal("none", kModel, {"method.id=dylora", "training.optimizer=adamw_8bit"});
    QCOMPARE(error["code"].toString(), "bad_field");
    QCOMPARE(error["where"].toString(), "training.optimizer");
    const Outcome trained = engine(tinyTraining(
        m_data,
        m_scratch.path("unmasked"),
        {"method.id=dylora", "method.masked_optimizer=false", "training.optimizer=adamw_8bit"}));
    QVERIFY2(trained.exitCode == 0, trained.story());
}

void TestQuantizedRuns::anotherFormIsSaidToPeopleAndPrograms_data()
{
    QTest::addColumn<QStringList>("verb");
    QTest::newRow("generate") << QStringList{
        "generate", "--prompt", "Ahoy", "--max-new-tokens", "2"};
    QTest::newRow("score") << QStringList{"score", "--ids", "5,6,7"};
    QTest::newRow("score data") << QStringList{"score", "--data", m_data, "--per-row"};
    QTest::newRow("evaluate") << QStringList{"evaluate", "--data", m_data};
}

void TestQuantizedRuns::anotherFormIsSaidToPeopleAndPrograms()
{
    QFETCH(QStringList, verb);
    const QString dense = untrained(QStringLiteral("dense ") + QTest::currentDataTag(), {});
    QVERIFY(!dense.isEmpty());
    const auto notes = [&](const QStringList& more) {
        const Outcome json = engine(verb + QStringList{"--model", kModel, "--json"} + more);
        const Outcome text = engine(verb + QStringList{"--model", kModel} + more);
        const QJsonArray told = json.lines().last()["notes"].toArray();
        const bool isSaid = text.errors.contains("note: ");
        const bool isWhole = json.exitCode == 0 && text.exitCode == 0
                             && json.lines().last().contains("notes") && isSaid == !told.isEmpty();
        return isWhole ? told : QJsonArray{"not the same in text and JSON"};
    };
    const QJsonObject told = notes({"--adapter", m_adapter}).at(0).toObject();
    QCOMPARE(told["adapter"].toString(), m_adapter);
    QCOMPARE(told["trained_on"].toObject()["kind"].toString(), "nf4");
    QCOMPARE(told["held_in"].toObject()["kind"].toString(), "none");
    QVERIFY(told["note"].toString().contains("full precision"));
    const QJsonObject other = notes({"--adapter", dense, "--quantization", "nf4"})[0].toObject();
    QCOMPARE(other["trained_on"].toObject()["kind"].toString(), "none");
    QCOMPARE(other["held_in"].toObject()["kind"].toString(), "nf4");
    QCOMPARE(notes({"--adapter", m_adapter, "--quantization", "nf4"}), QJsonArray());
    QCOMPARE(notes({"--adapter", dense}), QJsonArray());
    QCOMPARE(notes({"--quantization", "nf4"}), QJsonArray());
}

void TestQuantizedRuns::anotherFormIsSaidOfEveryLine()
{
    writeFile(m_scratch.path("lines.jsonl"),
              R"({"prompt":"Ahoy","adapter":"adapter"})"
              "\n"
              R"({"prompt":"Ahoy","adapter":null})"
              "\n");
    const Outcome outcome = engine({"generate",
                                    "--json",
                                    "--model",
                                    kModel,
                                    "--prompts",
                                    m_scratch.path("lines.jsonl"),
                                    "--adapter",
                                    m_adapter,
                                    "--max-new-tokens",
                                    "2"});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QCOMPARE(outcome.lines()[0]["notes"].toArray().size(), 1);
    QCOMPARE(outcome.lines()[1]["notes"].toArray().size(), 0);
    QCOMPARE(outcome.errors.count("note: "), 1);
}

void TestQuantizedRuns::anotherFormIsSaidInAConversation()
{
    Engine engine({"serve", "--scratch", m_scratch.path("serve")});
    const auto usedWith = [&](const QString& form) {
        const QJsonObject message = {{"role", "user"}, {"content", "Where?"}};
        const QJsonObject pane = {
            {"adapters", QJsonArray{QJsonObject{{"path", m_adapter}, {"scale", 1}}}},
            {"sampling", QJsonObject{{"temperature", 0}, {"max_new_tokens", 2}}}};
        engine.write(QJsonDocument(QJsonObject{{"command", "prompt"},
                                               {"seq", 1},
                                               {"time", "2026-03-01T14:22:08.123Z"},
                                               {"id", form},
                                               {"model", kModel},
                                               {"quantization", form},
                                               {"messages", QJsonArray{message}},
                                               {"panes", QJsonArray{pane}}})
                         .toJson(QJsonDocument::Compact));
        const QJsonObject answer = engine.waitFor("answer", form);
        return answer["value"].toObject()["panes"][0].toObject()["adapters"][0].toObject();
    };
    const QJsonObject other = usedWith("none");
    QVERIFY(other["note"].toString().contains("trained on the base in NF4"));
    QCOMPARE(other["trained_on"].toObject()["kind"].toString(), "nf4");
    QCOMPARE(other["held_in"].toObject()["kind"].toString(), "none");
    const QJsonObject same = usedWith("nf4");
    QVERIFY(!same.isEmpty() && same["note"].toString().isEmpty() && same["trained_on"].isNull());
}

void TestQuantizedRuns::whatTrainsTheWeightsIsRefused()
{
    const QString run = m_scratch.path("refused");
    QStringList everything =
        tinyTraining(m_data, run, {"model.quantization=nf4", "method.id=full"});
    everything.remove(everything.indexOf("method.rank=2") - 1, 2);
    const Outcome full = engine(everything);
    QCOMPARE(full.errorCode(), QByteArray("unsupported"));
    QVERIFY2(full.errors.contains("would be trained in place"), full.story());
    everything[0] = "estimate";
    everything.remove(everything.indexOf("--out"), 2);
    QCOMPARE(engine(everything).errorCode(), QByteArray("unsupported"));
    const Outcome saved = engine(tinyTraining(
        m_data, run, {"model.quantization=int8", R"(method.modules_to_save=["down_proj"])"}));
    QCOMPARE(saved.errorCode(), QByteArray("unsupported"));
    const Outcome embedding = engine(tinyTraining(m_data,
                                                  run,
                                                  {"model.quantization=int8",
                                                   "model.quantize_embeddings=true",
                                                   R"(method.modules_to_save=["embed_tokens"])"}));
    QCOMPARE(embedding.errorCode(), QByteArray("unsupported"));
    QVERIFY2(embedding.errors.contains("model.quantize_embeddings"), embedding.story());
}

void TestQuantizedRuns::anUnknownFormIsRefused()
{
    const Outcome outcome =
        engine({"score", "--model", kModel, "--ids", "5,6,7", "--quantization", "int3"});
    QCOMPARE(outcome.errorCode(), QByteArray("bad_argument"));
}

QTEST_GUILESS_MAIN(TestQuantizedRuns)
#include "tst_quantized_runs.moc"
