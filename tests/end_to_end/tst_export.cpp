// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/scratch.h"

#include <QTest>

#include <cstring>
#include <unistd.h>

using namespace e2e;

namespace {

const QByteArray kGpt2 = R"({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"],
    "vocab_size": 1024, "n_positions": 64, "n_embd": 32, "n_layer": 2, "n_head": 2,
    "torch_dtype": "float32", "bos_token_id": 0, "eos_token_id": 0})";

// The bytes of a safetensors file with its first stored number replaced by NaN.
QByteArray poisoned(QByteArray bytes)
{
    quint64 header = 0;
    std::memcpy(&header, bytes.constData(), sizeof header);
    const quint32 nan = 0x7fc00000;
    std::memcpy(bytes.data() + 8 + header, &nan, sizeof nan);
    return bytes;
}

} // namespace

class TestExport final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void mergedModelAnswersLikeBaseAndAdapter();
    void mergedModelIsVerified();
    void shardsAnswerTheSame();
    void bfloat16IsWritten();
    void poisonedAdapterIsRefused();
    void otherBaseIsRefused();
    void whatCannotBeMergedIsRefusedBeforeItIsTrained();
    void otherShapeIsRefused();
    void corruptedShardIsRefused();
    void fullDiskLeavesNothing();
    void weightOfAnAdapterScalesIt();
    void foldedScaleAnswersTheSame_data();
    void foldedScaleAnswersTheSame();
    void theTemplateOfTheRunGoesWithIt_data();
    void theTemplateOfTheRunGoesWithIt();
    void gpt2Merges_data();
    void gpt2Merges();

private:
    Outcome merge(const QString& model,
                  const QString& adapter,
                  const QString& out,
                  const QStringList& more = {}) const
    {
        return engine(QStringList{"export",
                                  "--format",
                                  "merged",
                                  "--model",
                                  model,
                                  "--adapter",
                                  adapter,
                                  "--out",
                                  out,
                                  "--json"}
                      + more);
    }
    QList<double> nll(const QString& model, const QString& adapter = {}) const;
    QString train(const QString& model, const QString& name) const;
    // How far the two lists are apart at most.
    static double distance(const QList<double>& x, const QList<double>& y);

    Scratch m_scratch;
    QString m_adapter;
};

QList<double> TestExport::nll(const QString& model, const QString& adapter) const
{
    QStringList arguments = {
        "score", "--model", model, "--text", "A fox lives in a tall tree.", "--json"};
    if (!adapter.isEmpty()) {
        arguments << "--adapter" << adapter;
    }
    QList<double> values;
    for (const QJsonValue& value : engine(arguments).json()["nll"].toArray()) {
        values.append(value.toDouble());
    }
    return values;
}

double TestExport::distance(const QList<double>& x, const QList<double>& y)
{
    double largest = x.isEmpty() || x.size() != y.size() ? 1e9 : 0;
    for (qsizetype i = 0; i < std::min(x.size(), y.size()); ++i) {
        largest = std::max(largest, std::abs(x[i] - y[i]));
    }
    return largest;
}

QString TestExport::train(const QString& model, const QString& name) const
{
    QStringList arguments =
        tinyTraining(m_scratch.data(), m_scratch.path(name), {"training.max_steps=3"});
    arguments[2] = model;
    const Outcome outcome = engine(arguments);
    if (outcome.exitCode != 0) {
        qWarning("%s", outcome.story().constData());
    }
    return m_scratch.path(name + "/output/adapter");
}

void TestExport::initTestCase()
{
    m_adapter = train(kModel, "run");
    QVERIFY(distance(nll(kModel), nll(kModel, m_adapter)) > 1e-3);
}

void TestExport::mergedModelAnswersLikeBaseAndAdapter()
{
    const QString out = m_scratch.path("merged");
    const Outcome outcome = merge(kModel, m_adapter, out);
    QVERIFY2(outcome.exitCode == 0 && outcome.isJsonOnly(), outcome.story());
    QVERIFY(distance(nll(out), nll(kModel, m_adapter)) < 1e-4);
    QVERIFY(QFile::exists(out + "/tokenizer.json"));
}

void TestExport::mergedModelIsVerified()
{
    const Outcome outcome = merge(kModel, m_adapter, m_scratch.path("verified"));
    const QJsonObject check = outcome.json()["verification"].toObject();
    QVERIFY(check["passed"].toBool());
    for (const char* key : {"max_abs_diff", "mean_kl", "top1_agreement", "tolerance"}) {
        QVERIFY2(check.contains(QLatin1String(key)), key);
    }
    for (const QJsonValue& file : outcome.json()["files"].toArray()) {
        const QFileInfo written(m_scratch.path("verified/" + file["path"].toString()));
        QCOMPARE(written.size(), file["bytes"].toInteger());
        QCOMPARE(file["sha256"].toString().size(), 64);
    }
}

void TestExport::shardsAnswerTheSame()
{
    const QString one = m_scratch.path("one");
    const QString many = m_scratch.path("many");
    QCOMPARE(merge(kModel, m_adapter, one).exitCode, 0);
    const Outcome outcome = merge(kModel, m_adapter, many, {"--shard-size", "600KB"});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QVERIFY(QDir(many).entryList({"model-*-of-*.safetensors"}).size() > 2);
    QVERIFY(QFile::exists(many + "/model.safetensors.index.json"));
    const QStringList generate = {"generate",
                                  "--prompt",
                                  "What is a fox?",
                                  "--temperature",
                                  "0",
                                  "--max-new-tokens",
                                  "12",
                                  "--json",
                                  "--model"};
    const QJsonObject expected = engine(generate + QStringList{one}).json();
    const QJsonObject actual = engine(generate + QStringList{many}).json();
    QVERIFY(!expected["text"].toString().isEmpty());
    QCOMPARE(actual["ids"], expected["ids"]);
    QCOMPARE(actual["logprobs"], expected["logprobs"]);
}

void TestExport::bfloat16IsWritten()
{
    const QString out = m_scratch.path("half");
    const Outcome outcome = merge(kModel, m_adapter, out, {"--dtype", "bfloat16"});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QCOMPARE(engine({"inspect", "model", out, "--json"}).json()["dtype"].toString(), "bfloat16");
    QVERIFY(QFileInfo(out + "/model.safetensors").size()
            < QFileInfo(kModel + "/model.safetensors").size() * 6 / 10);
    QVERIFY(distance(nll(out), nll(kModel, m_adapter)) < 0.2);
}

void TestExport::poisonedAdapterIsRefused()
{
    const QString adapter = m_scratch.copy(m_adapter, "poisoned");
    const QString weights = adapter + "/adapter_model.safetensors";
    writeFile(weights, poisoned(readFile(weights)));
    const Outcome outcome = merge(kModel, adapter, m_scratch.path("never"));
    QVERIFY2(outcome.exitCode == 3, outcome.story());
    QCOMPARE(outcome.errorCode(), "non_finite");
    QVERIFY(QDir(m_scratch.path()).entryList({"never*"}).isEmpty());
}

void TestExport::otherBaseIsRefused()
{
    const QString other = m_scratch.path("other");
    QCOMPARE(engine({"init",
                     "--config",
                     kModel + "/config.json",
                     "--tokenizer",
                     kModel,
                     "--seed",
                     "7",
                     "--out",
                     other})
                 .exitCode,
             0);
    const Outcome outcome = merge(other, m_adapter, m_scratch.path("never"));
    QVERIFY2(outcome.exitCode == 7, outcome.story());
    QVERIFY(QDir(m_scratch.path()).entryList({"never*"}).isEmpty());
}

void TestExport::whatCannotBeMergedIsRefusedBeforeItIsTrained()
{
    const QString run = m_scratch.path("bottlenecks");
    QStringList training = tinyTraining(m_scratch.data(), run);
    training.replace(training.indexOf("lora"), "adapter_p");
    const qsizetype rank = training.indexOf("method.rank=2");
    training.replace(rank, "method.bottleneck=2");
    const Outcome refused = engine(training + QStringList{"--set", "output.export=[\"merged\"]"});
    QVERIFY2(refused.exitCode == 3, refused.story());
    QVERIFY(refused.story().contains("adapter_p"));
    QVERIFY(!refused.output.contains("\"step\""));

    const QString again = m_scratch.path("bottlenecks-again");
    training.replace(training.indexOf(run), again);
    const Outcome trained = engine(training);
    QVERIFY2(trained.exitCode == 0, trained.story());
    for (const char* format : {"merged", "loralib", "peft"}) {
        const Outcome outcome = engine({"export",
                                        "--format",
                                        format,
                                        "--model",
                                        kModel,
                                        "--adapter",
                                        again + "/output/adapter",
                                        "--out",
                                        m_scratch.path("nowhere")});
        QVERIFY2(outcome.exitCode == 3, outcome.story());
        QVERIFY(!QFile::exists(m_scratch.path("nowhere")));
    }
}

void TestExport::otherShapeIsRefused()
{
    QJsonObject config = readJson(kModel + "/config.json");
    config["hidden_size"] = 64;
    config["head_dim"] = 16;
    writeFile(m_scratch.path("narrow.json"), QJsonDocument(config).toJson());
    const QString narrow = m_scratch.path("narrow");
    QCOMPARE(engine({"init",
                     "--config",
                     m_scratch.path("narrow.json"),
                     "--tokenizer",
                     kModel,
                     "--out",
                     narrow})
                 .exitCode,
             0);
    const Outcome outcome =
        engine({"generate", "--model", narrow, "--adapter", m_adapter, "--prompt", "a"});
    QVERIFY2(outcome.exitCode == 7, outcome.story());
    QCOMPARE(engine({"inspect", "adapter", m_adapter, "--model", narrow}).exitCode, 7);
}

void TestExport::corruptedShardIsRefused()
{
    const QString model = m_scratch.path("sharded");
    QCOMPARE(merge(kModel, m_adapter, model, {"--shard-size", "600KB"}).exitCode, 0);
    const QString shard = model + "/" + QDir(model).entryList({"model-00002-of-*"}).front();
    writeFile(shard, readFile(shard).chopped(100));
    const Outcome outcome = engine({"export",
                                    "--format",
                                    "merged",
                                    "--model",
                                    model,
                                    "--out",
                                    m_scratch.path("never"),
                                    "--json"});
    QVERIFY2(outcome.exitCode == 3, outcome.story());
    QVERIFY(QDir(m_scratch.path()).entryList({"never*"}).isEmpty());
}

void TestExport::fullDiskLeavesNothing()
{
    const QString disk = m_scratch.path("disk");
    QDir().mkpath(disk);
    if (geteuid() != 0
        || QProcess::execute("mount", {"-t", "tmpfs", "-o", "size=1m", "tmpfs", disk}) != 0) {
        QSKIP("a small file system can only be mounted by root");
    }
    const Outcome outcome = merge(kModel, m_adapter, disk + "/merged");
    const QStringList left = QDir(disk).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
    const Outcome trained = engine(
        tinyTraining(m_scratch.data(), disk + "/run", {"training.watchdog.min_free_disk_mb=5"}));
    QProcess::execute("umount", {disk});
    QVERIFY2(outcome.exitCode == 4, outcome.story());
    QCOMPARE(outcome.errorCode(), "disk_full");
    QVERIFY2(left.isEmpty(), qPrintable(left.join(' ')));
    QVERIFY2(trained.exitCode == 4, trained.story());
}

void TestExport::weightOfAnAdapterScalesIt()
{
    QVERIFY(distance(nll(kModel, m_adapter + ":0"), nll(kModel)) < 1e-6);
    const QString out = m_scratch.path("weighted");
    const Outcome outcome = engine({"export",
                                    "--format",
                                    "peft",
                                    "--model",
                                    kModel,
                                    "--adapter",
                                    m_adapter + ":0.5",
                                    "--out",
                                    out});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QVERIFY(distance(nll(kModel, out), nll(kModel, m_adapter + ":0.5")) < 1e-5);
    QVERIFY(distance(nll(kModel, out), nll(kModel, m_adapter)) > 1e-4);
}

void TestExport::foldedScaleAnswersTheSame_data()
{
    QTest::addColumn<QString>("weight");
    QTest::newRow("whole") << "";
    QTest::newRow("half") << ":0.5";
}

void TestExport::foldedScaleAnswersTheSame()
{
    QFETCH(QString, weight);
    const QString out = m_scratch.path("folded" + weight);
    const Outcome outcome = engine({"export",
                                    "--format",
                                    "peft",
                                    "--model",
                                    kModel,
                                    "--adapter",
                                    m_adapter + weight,
                                    "--fold-scale",
                                    "--out",
                                    out});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    const QJsonObject config = readJson(out + "/adapter_config.json");
    QCOMPARE(config["lora_alpha"].toDouble(), config["r"].toDouble());
    QVERIFY(distance(nll(kModel, out), nll(kModel, m_adapter + weight)) < 1e-5);
}

void TestExport::theTemplateOfTheRunGoesWithIt_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("plain") << "plain";
    QTest::newRow("alpaca") << "alpaca";
    QTest::newRow("the model's own") << "auto";
}

// What was trained, by token ids, is what the exported model's own template writes.
void TestExport::theTemplateOfTheRunGoesWithIt()
{
    QFETCH(const QString, name);
    const QString data = m_scratch.data(12, "template-" + name + ".jsonl");
    const QString run = m_scratch.path("template-" + name);
    const Outcome trained =
        engine(tinyTraining(data, run, {"training.max_steps=1", "data.template=" + name}));
    QVERIFY2(trained.exitCode == 0, trained.story());
    const QString file = run + "/output/adapter/chat_template.jinja";
    QCOMPARE(QFile::exists(file), name != "auto");
    QCOMPARE(readFile(run + "/output/last/chat_template.jinja"), readFile(file));
    const QString out = m_scratch.path("exported-" + name);
    const Outcome merged = merge(kModel, run + "/output/adapter", out);
    QVERIFY2(merged.exitCode == 0, merged.story());
    const auto previewed = [&](const QString& model, const QString& named) {
        return engine({"preview",
                       "--json",
                       "--model",
                       model,
                       "--data",
                       data,
                       "--rows",
                       "12",
                       "--template",
                       named,
                       "--max-length",
                       "400"})
            .lines();
    };
    const QList<QJsonObject> before = previewed(kModel, name);
    const QList<QJsonObject> after = previewed(out, "auto");
    QCOMPARE(before.size(), 12);
    for (qsizetype i = 0; i < before.size(); ++i) {
        QCOMPARE(after[i]["ids"], before[i]["ids"]);
        QCOMPARE(after[i]["mask"], before[i]["mask"]);
    }
    // And the adapter alone keeps it.
    const QString alone = m_scratch.path("adapter-" + name);
    QCOMPARE(engine({"export",
                     "--format",
                     "peft",
                     "--model",
                     kModel,
                     "--adapter",
                     run + "/output/adapter",
                     "--out",
                     alone,
                     "--json"})
                 .exitCode,
             0);
    QCOMPARE(readFile(alone + "/chat_template.jinja"), readFile(file));
}

void TestExport::gpt2Merges_data()
{
    QTest::addColumn<QByteArray>("prefix");
    QTest::newRow("without prefix") << QByteArray();
    QTest::newRow("with prefix") << QByteArray("transformer.");
}

// The original GPT-2 files name tensors without `transformer.`; the prefix is added to the header
// text, whose length is padded with blanks.
void TestExport::gpt2Merges()
{
    QFETCH(QByteArray, prefix);
    const QString model = m_scratch.path("gpt2" + prefix);
    writeFile(m_scratch.path("gpt2.json"), kGpt2);
    const Outcome made = engine(
        {"init", "--config", m_scratch.path("gpt2.json"), "--tokenizer", kModel, "--out", model});
    QVERIFY2(made.exitCode == 0, made.story());
    QByteArray bytes = readFile(model + "/model.safetensors");
    quint64 length = 0;
    std::memcpy(&length, bytes.constData(), sizeof length);
    QByteArray header = bytes.mid(8, static_cast<qsizetype>(length));
    header.replace("\"transformer.", "\"")
        .replace("\"wte.", "\"" + prefix + "wte.")
        .replace("\"wpe.", "\"" + prefix + "wpe.");
    header.replace("\"h.", "\"" + prefix + "h.").replace("\"ln_f.", "\"" + prefix + "ln_f.");
    header.append((8 - header.size() % 8) % 8, ' ');
    const quint64 newLength = static_cast<quint64>(header.size());
    const QByteArray size(reinterpret_cast<const char*>(&newLength), sizeof newLength);
    writeFile(model + "/model.safetensors",
              size + header + bytes.mid(8 + static_cast<qsizetype>(length)));

    const QString adapter = train(model, "run gpt2" + prefix);
    const QString out = m_scratch.path("merged gpt2" + prefix);
    const Outcome outcome = merge(model, adapter, out);
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QVERIFY(distance(nll(out), nll(model, adapter)) < 1e-4);
    QVERIFY(
        readFile(out + "/model.safetensors").contains("\"" + prefix + "h.0.attn.c_attn.weight\""));
}

QTEST_GUILESS_MAIN(TestExport)

#include "tst_export.moc"
