// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/scratch.h"

#include <QTest>

#include <sys/resource.h>

using namespace e2e;

namespace {

constexpr long kLargestPeakKb = 2'000'000;

// Of all programs this test has called so far.
long peakKb()
{
    rusage usage = {};
    getrusage(RUSAGE_CHILDREN, &usage);
    return usage.ru_maxrss;
}

} // namespace

class TestHostileFiles final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void modelIsRefused_data();
    void modelIsRefused();
    void damagedFolderIsNotUsed_data();
    void damagedFolderIsNotUsed();
    void pickleRunsNothing();
    void tokenWithoutARowIsRefused();
    void nanWeightIsNotTrained();
    void dataEndsPlainly_data();
    void dataEndsPlainly();
    void cutAdapterIsRefused();
    void cutModelIsRefusedWhole_data();
    void cutModelIsRefusedWhole();

private:
    Scratch m_scratch;
};

void TestHostileFiles::modelIsRefused_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("says"); // a word of the message
    const auto row = [](const char* file, const char* says) {
        QTest::newRow(file) << file << says;
    };
    row("01_cut.safetensors", "cut off");
    row("02_header_len_huge.safetensors", "header");
    row("03_header_len_zero.safetensors", "header");
    row("04_header_not_json.safetensors", "JSON");
    row("05_overlap.safetensors", "");
    row("06_offset_past_end.safetensors", "");
    row("07_shape_bytes_differ.safetensors", "20");
    row("08_shape_overflow.safetensors", "");
    row("14_pickle_calls_os.bin", "getpid");
    row("20_missing_tensor", "model.layers.3.mlp.up_proj.weight");
    row("21_nan_weight", "NaN");
    row("22_config_layers_6", "6");
    row("23_config_hidden_128", "128");
    row("24_vocab_mismatch", "600");
}

void TestHostileFiles::modelIsRefused()
{
    QFETCH(QString, file);
    QFETCH(QString, says);
    const QString path = shared("models/nasty/" + file);
    if (path.isEmpty()) {
        QSKIP("the shared models are not here");
    }
    const Outcome outcome = engine({"inspect", "model", path, "--check"});
    QVERIFY2(outcome.exitCode == 3 || outcome.exitCode == 7, outcome.story());
    QVERIFY2(!outcome.errorCode().isEmpty(), outcome.story());
    QVERIFY2(outcome.errors.contains(says.toUtf8()), outcome.errors);
    QVERIFY(peakKb() < kLargestPeakKb);
}

void TestHostileFiles::damagedFolderIsNotUsed_data()
{
    QTest::addColumn<QString>("folder");
    for (const char* folder : {"20_missing_tensor",
                               "21_nan_weight",
                               "22_config_layers_6",
                               "23_config_hidden_128",
                               "24_vocab_mismatch"}) {
        QTest::newRow(folder) << folder;
    }
}

void TestHostileFiles::damagedFolderIsNotUsed()
{
    QFETCH(QString, folder);
    const QString path = shared("models/nasty/" + folder);
    if (path.isEmpty()) {
        QSKIP("the shared models are not here");
    }
    const Outcome outcome =
        engine({"generate", "--model", path, "--prompt", "Once", "--max-new-tokens", "2"});
    QVERIFY2(outcome.exitCode == 3 || outcome.exitCode == 7, outcome.story());
    QVERIFY2(!outcome.errorCode().isEmpty(), outcome.story());
    QVERIFY(peakKb() < kLargestPeakKb);
}

void TestHostileFiles::pickleRunsNothing()
{
    const QString path = shared("models/nasty/14_pickle_calls_os.bin");
    if (path.isEmpty()) {
        QSKIP("the shared models are not here");
    }
    const QString folder = m_scratch.copy(kModel, "pickled");
    QFile::remove(folder + "/model.safetensors");
    writeFile(folder + "/pytorch_model.bin", readFile(path));
    const Outcome outcome = engine({"generate", "--model", folder, "--prompt", "Once"});
    QVERIFY2(outcome.exitCode == 3, outcome.story());
}

// A tokenizer with one token more than the model has rows: any text without it is fine.
void TestHostileFiles::tokenWithoutARowIsRefused()
{
    const QString model = m_scratch.copy(kModel, "one token more");
    QByteArray tokenizer = readFile(model + "/tokenizer.json");
    const QByteArray list = "\"added_tokens\":";
    const auto place = tokenizer.indexOf('[', tokenizer.indexOf(list)) + 1;
    const int rows = readJson(model + "/config.json")["vocab_size"].toInt();
    QByteArray token = R"({"id": ROWS, "content": "<extra>", "single_word": false, "lstrip": false,
                           "rstrip": false, "normalized": false, "special": false},)";
    writeFile(model + "/tokenizer.json",
              tokenizer.insert(place, token.replace("ROWS", QByteArray::number(rows))));
    const QJsonObject facts = engine({"inspect", "model", model, "--json"}).lines().value(0);
    const QJsonObject problem = facts["problems"].toArray().at(0).toObject();
    QCOMPARE(problem["code"].toString(), QString("bad_tokenizer"));
    QVERIFY(problem["message"].toString().contains("<extra>"));
    QCOMPARE(facts["tokenizer"]["findings"].toArray().at(0)["code"].toString(),
             QString("vocabulary_too_large"));

    const QString data = m_scratch.path("extra.jsonl");
    writeFile(data, QByteArray("{\"text\": \"one two three <extra>\"}\n").repeated(12));
    QStringList training = tinyTraining(data, m_scratch.path("extra run"));
    training[2] = model;
    for (const auto& arguments :
         {QStringList{"score", "--model", model, "--text", "a <extra>"},
          QStringList{"score", "--model", model, "--data", data},
          QStringList{"evaluate", "--model", model, "--data", data},
          QStringList{"generate", "--model", model, "--prompt", "a <extra>"},
          training}) {
        const Outcome outcome = engine(arguments);
        QVERIFY2(outcome.exitCode == 3 && outcome.errorCode() == "bad_tokenizer", outcome.story());
        QVERIFY2(outcome.errors.contains("<extra>"), outcome.errors);
    }
    QCOMPARE(engine({"score", "--model", model, "--text", "a b"}).exitCode, 0);
}

void TestHostileFiles::nanWeightIsNotTrained()
{
    const QString path = shared("models/nasty/21_nan_weight");
    if (path.isEmpty()) {
        QSKIP("the shared models are not here");
    }
    QStringList arguments = tinyTraining(m_scratch.data(), m_scratch.path("nan"));
    arguments[2] = path;
    const Outcome outcome = engine(arguments);
    QVERIFY2(outcome.exitCode == 3, outcome.story());
    QVERIFY(!QFile::exists(m_scratch.path("nan/manifest.json")));
}

void TestHostileFiles::dataEndsPlainly_data()
{
    QTest::addColumn<QString>("path");
    const QString folder = shared("data/nasty");
    const QStringList names = QDir(folder).entryList({"*.jsonl", "*.json", "*.txt"}, QDir::Files);
    for (const QString& name : names) {
        if (!folder.isEmpty() && name != "expected.json") {
            QTest::newRow(qPrintable(name)) << folder + "/" + name;
        }
    }
    if (folder.isEmpty()) {
        QTest::newRow("absent") << QString();
    }
}

void TestHostileFiles::dataEndsPlainly()
{
    QFETCH(QString, path);
    if (path.isEmpty()) {
        QSKIP("the shared data is not here");
    }
    const Outcome outcome = engine({"inspect", "data", path, "--json"});
    QVERIFY2(outcome.exitCode == 0 || outcome.exitCode == 3, outcome.story());
    QVERIFY2(outcome.isJsonOnly(), outcome.story());
    const QString name = QFileInfo(path).fileName();
    for (const QJsonValue& expected :
         QJsonDocument::fromJson(readFile(shared("data/nasty/expected.json"))).array()) {
        if (expected["file"].toString() == name) {
            const QString verdict = expected["verdict"].toString();
            QVERIFY2(outcome.exitCode == 3 ? verdict != "ok" : verdict != "error", outcome.story());
            if (outcome.exitCode == 0) {
                QCOMPARE(outcome.json()["good"].toInt(), expected["rows"].toInt());
            }
        }
    }
    QVERIFY(peakKb() < kLargestPeakKb);
}

void TestHostileFiles::cutAdapterIsRefused()
{
    const QString run = m_scratch.path("run");
    QCOMPARE(engine(tinyTraining(m_scratch.data(), run, {"training.max_steps=1"})).exitCode, 0);
    const QString weights = run + "/output/adapter/adapter_model.safetensors";
    writeFile(weights, readFile(weights).chopped(40));
    const Outcome outcome = engine(
        {"generate", "--model", kModel, "--adapter", run + "/output/adapter", "--prompt", "a"});
    QVERIFY2(outcome.exitCode == 3, outcome.story());
}

void TestHostileFiles::cutModelIsRefusedWhole_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<qsizetype>("keptBytes");
    QTest::newRow("config empty") << "config.json" << qsizetype{0};
    QTest::newRow("config cut") << "config.json" << qsizetype{100};
    QTest::newRow("tokenizer empty") << "tokenizer.json" << qsizetype{0};
    QTest::newRow("tokenizer cut") << "tokenizer.json" << qsizetype{9000};
    QTest::newRow("weights empty") << "model.safetensors" << qsizetype{0};
    QTest::newRow("weights cut") << "model.safetensors" << qsizetype{1'000'000};
}

void TestHostileFiles::cutModelIsRefusedWhole()
{
    QFETCH(QString, file);
    QFETCH(qsizetype, keptBytes);
    const QString model = m_scratch.copy(kModel, QString("cut ") + QTest::currentDataTag());
    writeFile(model + "/" + file, readFile(model + "/" + file).left(keptBytes));
    const Outcome outcome = engine({"generate", "--model", model, "--prompt", "a"});
    QVERIFY2(outcome.exitCode == 3, outcome.story());
    QVERIFY2(outcome.errors.contains(file.toUtf8()), outcome.errors);
}

QTEST_GUILESS_MAIN(TestHostileFiles)

#include "tst_hostile_files.moc"
