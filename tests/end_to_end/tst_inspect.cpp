// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What the studio shows of models, data, plans and exports, as the verbs answer it.
#include "tests/end_to_end/scratch.h"

#include <QTest>

using namespace e2e;

class TestInspect final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void previewShowsTheRowsAskedFor();
    void previewReadsTokensAsText();
    void previewNamesTheTurns();
    void previewPagesThroughADocument();
    void previewSaysWhatSharesAPack();
    void dataListsTheRowsAskedFor();
    void dataShortensLongTexts();
    void dataCountsTokensByUse();
    void dataSaysWhatEveryPolicyWouldDo();
    void dataFindsCopiesAndLeaks();
    void modelShowsItsTokenizerAndFiles();
    void templateIsTheSameEverywhere();
    void templateShowsWhereItDiffers();
    void modulesSayWhereAndWhatTheyAre();
    void estimateListsEveryTarget();
    void estimateNamesTheBrokenField_data();
    void estimateNamesTheBrokenField();
    void lengthsAreMeasuredAgainstTheBase();
    void exportTellsItsProgress();
    void studioNotesAreNoPartOfARun();

private:
    QList<QJsonObject> preview(const QStringList& more = {}) const
    {
        return engine(QStringList{"preview", "--json", "--model", kModel, "--data", m_data} + more)
            .lines();
    }

    Scratch m_scratch;
    QString m_data = m_scratch.data();
};

void TestInspect::previewShowsTheRowsAskedFor()
{
    const QList<QJsonObject> samples = preview({"--first", "4", "--rows", "2"});
    QCOMPARE(samples.size(), 2);
    QCOMPARE(samples[0]["index"].toInt(), 4);
    QCOMPARE(samples[0]["line"].toInt(), 5);
    QCOMPARE(samples[1]["index"].toInt(), 5);
    QCOMPARE(samples[0]["total"].toInt(), 12);
    QCOMPARE(samples[0]["text"], preview({"--rows", "12"})[4]["text"]);
    QVERIFY(engine({"preview", "--json", "--model", kModel, "--data", m_data, "--first", "12"})
                .output.isEmpty());
}

void TestInspect::previewReadsTokensAsText()
{
    const QJsonObject sample = preview().value(0);
    const QJsonArray texts = sample["texts"].toArray();
    const QJsonArray special = sample["special"].toArray();
    QCOMPARE(texts.size(), sample["ids"].toArray().size());
    QCOMPARE(special.size(), texts.size());
    QString whole;
    int specials = 0;
    for (int i = 0; i < texts.size(); ++i) {
        whole += texts[i].toString();
        specials += special[i].toInt();
    }
    QCOMPARE(whole, sample["text"].toString());
    QVERIFY(specials > 0 && specials < texts.size());
}

void TestInspect::previewNamesTheTurns()
{
    const QJsonObject sample = preview().value(0);
    const QJsonArray turns = sample["turns"].toArray();
    const QJsonArray mask = sample["mask"].toArray();
    QVERIFY(turns.size() >= 2);
    int end = 0;
    for (const QJsonValue& turn : turns) {
        QCOMPARE(turn["begin"].toInt(), end);
        end = turn["end"].toInt();
        int trained = 0;
        for (int i = turn["begin"].toInt(); i < end; ++i) {
            trained += mask[i].toInt();
        }
        QCOMPARE(trained > 0, turn["role"].toString() == "assistant");
    }
    QCOMPARE(turns.last()["role"].toString(), "assistant");
    QCOMPARE(end, mask.size());
}

void TestInspect::previewPagesThroughADocument()
{
    writeFile(m_scratch.path("book.txt"), QByteArray("A fox sat by the sea. ").repeated(40));
    const QStringList book = {"--data", m_scratch.path("book.txt"), "--max-length", "32"};
    const QStringList model = {"preview", "--json", "--model", kModel};
    const QList<QJsonObject> all = engine(model + book + QStringList{"--rows", "1000"}).lines();
    const QList<QJsonObject> second =
        engine(model + book + QStringList{"--first", "1", "--rows", "1"}).lines();
    QVERIFY(all.size() > 3);
    QCOMPARE(second.size(), 1);
    QCOMPARE(second[0]["ids"], all[1]["ids"]);
    QCOMPARE(second[0]["index"].toInt(), 1);
    QCOMPARE(second[0]["total"].toInt(), all.size());
}

// The packs are those of a run of the same seed, split and length.
void TestInspect::previewSaysWhatSharesAPack()
{
    const QList<QJsonObject> samples =
        preview({"--rows", "12", "--packs", "--max-length", "48", "--validation-fraction", "0.2"});
    QCOMPARE(samples.size(), 12);
    QMap<int, QMap<int, int>> packs; // begin → tokens of the sample
    QMap<int, int> tokens;
    int validating = 0;
    for (const QJsonObject& sample : samples) {
        QVERIFY(sample.contains("pack"));
        validating += sample["pack"].isNull();
        if (!sample["pack"].isNull()) {
            const int pack = sample["pack"]["index"].toInt();
            packs[pack][sample["pack"]["begin"].toInt()] = int(sample["ids"].toArray().size());
            tokens[pack] = sample["pack"]["tokens"].toInt();
        }
    }
    QCOMPARE(validating, 2);
    double all = 0;
    for (int pack = 0; pack < packs.size(); ++pack) {
        int end = 0;
        for (auto sample = packs[pack].begin(); sample != packs[pack].end(); ++sample) {
            QCOMPARE(sample.key(), end);
            end += sample.value();
        }
        QCOMPARE(end, tokens[pack]);
        QVERIFY(end <= 48);
        all += end;
    }
    const QString run = m_scratch.path("packed");
    QCOMPARE(engine(tinyTraining(m_data, run)).exitCode, 0);
    const QJsonObject report = readJson(run + "/report.json").value("samples").toObject();
    QCOMPARE(report["pack_fill"].toDouble(), all / double(48 * packs.size()));
    // Of rows that are split every part has its own place.
    const QList<QJsonObject> parts =
        preview({"--rows", "12", "--packs", "--max-length", "16", "--truncate", "split"});
    QSet<QPair<int, int>> places;
    for (const QJsonObject& part : parts) {
        if (!part["pack"].isNull()) {
            places.insert({part["pack"]["index"].toInt(), part["pack"]["begin"].toInt()});
        }
    }
    QCOMPARE(places.size(), parts.size() - std::lround(double(parts.size()) * 0.05));
}

void TestInspect::dataListsTheRowsAskedFor()
{
    const QStringList verb = {"inspect", "data", m_data, "--json"};
    QVERIFY(!engine(verb).json().contains("records"));
    const QJsonArray records =
        engine(verb + QStringList{"--first", "10", "--rows", "5"}).json()["records"].toArray();
    QCOMPARE(records.size(), 2); // rows 10 and 11 of 12
    QCOMPARE(records[0]["index"].toInt(), 10);
    QCOMPARE(records[0]["line"].toInt(), 11);
    const QJsonObject last = records[0]["turns"].toArray().last().toObject();
    QCOMPARE(last["role"].toString(), "assistant");
    const QList<QByteArray> lines = readFile(m_data).split('\n');
    QVERIFY(lines[10].contains(last["content"].toString().toUtf8()));
}

void TestInspect::dataShortensLongTexts()
{
    const QByteArray text = QByteArray("가").repeated(3000);
    writeFile(m_scratch.path("long.jsonl"), R"({"prompt":"hi","completion":")" + text + "\"}\n");
    const QJsonObject turn =
        engine({"inspect", "data", m_scratch.path("long.jsonl"), "--json", "--rows", "1"})
            .json()["records"][0]["turns"][1]
            .toObject();
    QCOMPARE(turn["bytes"].toInt(), text.size());
    const QString shown = turn["content"].toString();
    QVERIFY(shown.size() > 1000 && shown.size() < 3000);
    QCOMPARE(shown, QString::fromUtf8(text).left(shown.size())); // whole characters
}

void TestInspect::dataCountsTokensByUse()
{
    const QJsonObject answer =
        engine({"inspect", "data", m_data, "--json", "--model", kModel, "--max-length", "24"})
            .json();
    const QJsonObject lengths = answer["lengths"].toObject();
    int trained = 0, special = 0, tokens = 0, cut = 0;
    for (const QJsonObject& sample : preview({"--rows", "12", "--max-length", "24"})) {
        const QJsonArray mask = sample["mask"].toArray();
        for (int i = 0; i < mask.size(); ++i) {
            // The first id has nothing before it that could predict it.
            trained += i > 0 ? mask[i].toInt() : 0;
            special += mask[i].toInt() == 0 ? sample["special"][i].toInt() : 0;
        }
        tokens += mask.size();
        cut += sample["truncated"].toInt() > 0 ? 1 : 0;
    }
    QCOMPARE(lengths["tokens"].toInt(), tokens);
    QCOMPARE(lengths["trained_tokens"].toInt(), trained);
    QCOMPARE(lengths["special_tokens"].toInt(), special);
    QCOMPARE(lengths["context_tokens"].toInt(), tokens - trained - special);
    QCOMPARE(lengths["truncated"].toInt(), cut);
    QVERIFY(cut > 0);
    QVERIFY(answer["findings"].isObject());
}

// Against a recount over the samples of `preview`, policy by policy.
void TestInspect::dataSaysWhatEveryPolicyWouldDo()
{
    const auto inspect = [&](const QString& policy) {
        return engine({"inspect",
                       "data",
                       "--json",
                       "--model",
                       kModel,
                       m_data,
                       "--truncate",
                       policy,
                       "--max-length",
                       "24"})
            .json()["lengths"]
            .toObject();
    };
    const QJsonObject policies = inspect("left")["policies"].toObject();
    QCOMPARE(policies.size(), 4);
    for (const QString& policy : policies.keys()) {
        const QList<QJsonObject> samples =
            preview({"--rows", "12", "--truncate", policy, "--max-length", "24"});
        int shown = 0;
        int trained = 0;
        int truncated = 0;
        int answers = 0;
        QSet<int> rows;
        for (const QJsonObject& sample : samples) {
            if (sample.isEmpty()) {
                continue;
            }
            const QJsonArray mask = sample["mask"].toArray();
            for (qsizetype i = 1; i < mask.size(); ++i) {
                trained += mask[i].toInt();
            }
            ++shown;
            truncated += sample["truncated"].toInt() > 0;
            answers += sample["truncated_answer"].toInt() > 0;
            rows.insert(sample["index"].toInt());
        }
        const QJsonObject facts = policies[policy].toObject();
        QCOMPARE(facts["samples"].toInt(), shown);
        QCOMPARE(facts["trained_tokens"].toInt(), trained);
        QCOMPARE(facts["truncated"].toInt(), truncated);
        QCOMPARE(facts["truncated_answers"].toInt(), answers);
        QCOMPARE(facts["dropped"].toInt(), 12 - int(rows.size()));
        const QJsonObject asked = inspect(policy);
        QCOMPARE(asked["trained_tokens"].toInt(), trained);
        QCOMPARE(asked["policies"].toObject(), policies);
    }
    // Cut at the end, answers go first.
    QVERIFY(policies["right"]["trained_tokens"].toInt()
            < policies["left"]["trained_tokens"].toInt());
    QVERIFY(policies["right"]["truncated_answers"].toInt() > 0);
    // Lengths of rows are those before anything is cut.
    const QJsonObject rows = inspect("drop")["rows"].toObject();
    QCOMPARE(rows["count"].toInt(), 12);
    QVERIFY(rows["maximum"].toInt() > 24);
    const QJsonObject histogram = inspect("drop")["histogram"].toObject();
    int counted = histogram["beyond"].toInt();
    for (const QJsonValue count : histogram["counts"].toArray()) {
        counted += count.toInt();
    }
    QCOMPARE(counted, 12);
    QCOMPARE(histogram["width"].toInt(), 1);
}

void TestInspect::dataFindsCopiesAndLeaks()
{
    const QList<QByteArray> rows = readFile(m_data).trimmed().split('\n');
    const QByteArray answer = R"("completion":"The same answer, whatever is asked")";
    writeFile(m_scratch.path("train.jsonl"),
              rows.join('\n') + "\n" + rows[2] + "\n" + R"({"prompt":"First",)" + answer + "}\n"
                  + R"({"prompt":"Then another thing",)" + answer + "}\n"
                  + R"({"prompt":"Nothing","completion":" "})" + "\n");
    writeFile(m_scratch.path("held.jsonl"),
              rows[5] + "\n" + R"({"text":"Quite another row"})" + "\n");
    const QStringList asked = {
        "inspect", "data", "--json", m_scratch.path("train.jsonl"), "--quality"};
    const QJsonObject quality =
        engine(asked + QStringList{"--validation", m_scratch.path("held.jsonl")})
            .json()["quality"]
            .toObject();
    QCOMPARE(quality["rows"].toInt(), 15);
    QCOMPARE(quality["exact_duplicates_count"].toInt(), 1);
    QCOMPARE(quality["exact_duplicates"][0]["rows"].toArray(), QJsonArray({2, 12}));
    QCOMPARE(quality["repeated_answers"][0]["rows"].toArray(), QJsonArray({2, 12})); // the copy
    QCOMPARE(quality["repeated_answers"][1]["rows"].toArray(), QJsonArray({13, 14}));
    QCOMPARE(quality["empty_answers_count"].toInt(), 1);
    QCOMPARE(quality["empty_answers"][0]["line"].toInt(), 16);
    QCOMPARE(quality["validation"].toString(), "file");
    QCOMPARE(quality["validation_rows"].toInt(), 2);
    QCOMPARE(quality["leakage_count"].toInt(), 1);
    QCOMPARE(quality["leakage"][0]["row"].toInt(), 5);
    QCOMPARE(quality["leakage"][0]["validation_row"].toInt(), 0);
    const QJsonObject split =
        engine(asked + QStringList{"--validation-fraction", "0.4"}).json()["quality"].toObject();
    QCOMPARE(split["validation"].toString(), "split");
    QCOMPARE(split["validation_rows"].toInt(), 6);
    QVERIFY(!engine({"inspect", "data", "--json", m_data}).json().contains("quality"));
}

void TestInspect::modelShowsItsTokenizerAndFiles()
{
    const QJsonObject model = engine({"inspect", "model", kModel, "--json"}).json();
    const QJsonObject tokenizer = model["tokenizer"].toObject();
    QVERIFY(!tokenizer["eos_token"].toString().isEmpty());
    QVERIFY(tokenizer.contains("bos_token") && tokenizer.contains("pad_token"));
    QVERIFY(model["template_preview"].toString().contains("capital of France"));
    QVERIFY(model["template_preview"].toString().contains("Paris."));
    qint64 weights = 0;
    for (const QJsonValue& file : model["files"].toArray()) {
        QCOMPARE(file["bytes"].toInteger(),
                 QFileInfo(kModel + "/" + file["path"].toString()).size());
        weights += file["path"].toString().endsWith(".safetensors") ? 1 : 0;
    }
    QCOMPARE(weights, 1);
}

void TestInspect::templateIsTheSameEverywhere()
{
    const Outcome probed = engine({"inspect", "template", kModel, "--json"});
    QVERIFY2(probed.exitCode == 0, probed.story());
    const QJsonObject probes = probed.json();
    QVERIFY(probes["same"].toBool());
    QCOMPARE(probes["checked"].toInt(), 4);
    QCOMPARE(probes["cases"].toArray().size(), 4);
    QCOMPARE(probes["template"].toObject()["from"].toString(), "model");
    for (const char* name : {"model", "plain", "alpaca"}) {
        const Outcome outcome = engine({"inspect",
                                        "template",
                                        kModel,
                                        "--template",
                                        name,
                                        "--data",
                                        m_scratch.data(12),
                                        "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.story());
        const QJsonObject rows = outcome.json();
        QVERIFY(rows["same"].toBool());
        QCOMPARE(rows["checked"].toInt(), 12);
        QVERIFY(rows["tokens"].toInt() > 12);
        QVERIFY(rows["cases"].toArray().isEmpty());
    }
    writeFile(m_scratch.path("texts.jsonl"), R"({"text": "A fox."})");
    const QJsonObject texts =
        engine({"inspect", "template", kModel, "--data", m_scratch.path("texts.jsonl"), "--json"})
            .json();
    QVERIFY(texts["same"].toBool());
    QCOMPARE(texts["texts"].toInt(), 1);
    QCOMPARE(texts["checked"].toInt(), 0);
}

void TestInspect::templateShowsWhereItDiffers()
{
    const QString run = m_scratch.path("plain");
    const Outcome trained = engine(
        tinyTraining(m_scratch.data(12), run, {"training.max_steps=1", "data.template=plain"}));
    QVERIFY2(trained.exitCode == 0, trained.story());
    const QStringList arguments = {"inspect",
                                   "template",
                                   kModel,
                                   "--adapter",
                                   run + "/output/adapter",
                                   "--data",
                                   m_scratch.data(12)};
    const Outcome own = engine(arguments + QStringList{"--json"});
    QVERIFY2(own.exitCode == 0, own.story());
    QCOMPARE(own.json()["template"].toObject()["name"].toString(), "plain");
    // Asked with the model's own instead.
    const Outcome other = engine(arguments + QStringList{"--template", "model", "--json"});
    QVERIFY2(other.exitCode == 7, other.story());
    const QJsonObject answer = other.json();
    QVERIFY(!answer["same"].toBool());
    QCOMPARE(answer["differences"].toInt(), 12);
    const QJsonObject first = answer["cases"].toArray()[0].toObject();
    QCOMPARE(first["line"].toInt(), 1);
    const QJsonObject difference = first["difference"].toObject();
    QCOMPARE(difference["position"].toInt(), 0);
    QCOMPARE(difference["turn"].toInt(), 1);
    const auto ids = [&](const char* side) { return difference[side].toObject()["ids"].toArray(); };
    QVERIFY(ids("training") != ids("playground"));
    QCOMPARE(ids("training"), ids("export"));
    const Outcome text = engine(arguments + QStringList{"--template", "model"});
    QVERIFY2(text.output.contains("do not write the same tokens"), text.story());
    QVERIFY2(text.output.contains("different: row 1 (line 1), before turn 1, token 0"),
             text.story());
    const Outcome misplaced = engine({"inspect", "template", kModel, "--rows", "3"});
    QCOMPARE(misplaced.exitCode, 2);
    writeFile(m_scratch.path("no.jinja"), "{{ raise_exception('only poems') }}");
    const Outcome refused =
        engine({"inspect", "template", kModel, "--template", m_scratch.path("no.jinja"), "--json"});
    QVERIFY2(refused.exitCode == 7, refused.story());
    QCOMPARE(refused.json()["refused"].toInt(), 4);
}

void TestInspect::modulesSayWhereAndWhatTheyAre()
{
    const QJsonObject model = engine({"inspect", "model", kModel, "--json", "--tree"}).json();
    const QJsonArray modules = model["modules"].toArray();
    QCOMPARE(modules.first()["layer"].toInt(), -1);
    int last = -1;
    for (const QJsonValue& module : modules) {
        last = std::max(last, module["layer"].toInt());
        QVERIFY(module["bias"].isBool());
        if (module["layer"].toInt() >= 0) {
            QCOMPARE(module["dtype"].toString(), model["dtype"].toString());
        }
    }
    QCOMPARE(last, model["layers"].toInt() - 1);
}

void TestInspect::estimateListsEveryTarget()
{
    const QJsonObject answer = engine({"estimate",
                                       "--json",
                                       "--model",
                                       kModel,
                                       "--data",
                                       m_data,
                                       "--method",
                                       "lora",
                                       "--set",
                                       "method.targets=[\"q\",\"v\"]",
                                       "--set",
                                       "method.rank=4",
                                       "--set",
                                       "method.rank_pattern={\"v\":2}"})
                                   .json();
    const QJsonArray targets = answer["targets"].toArray();
    QVERIFY(targets.size() >= 2 && targets.size() % 2 == 0);
    int parameters = 0;
    for (const QJsonValue& target : targets) {
        const bool isV = target["short_name"].toString() == "v";
        QCOMPARE(target["rank"].toInt(), isV ? 2 : 4);
        QCOMPARE(target["scale"].toDouble(), 32.0 / (isV ? 2 : 4));
        QVERIFY(target["name"].toString().startsWith(target["module"].toString()));
        QVERIFY(target["layer"].toInt() >= 0);
        parameters += target["parameters"].toInt();
    }
    QCOMPARE(parameters, answer["parameters"]["trainable"].toInt());
}

void TestInspect::estimateNamesTheBrokenField_data()
{
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("where");
    QTest::newRow("range") << "method.rank=0"
                           << "bad_field"
                           << "method.rank";
    QTest::newRow("type") << "training.batch_size=many"
                          << "bad_field"
                          << "training.batch_size";
    QTest::newRow("key") << "method.rnak=4"
                         << "bad_field"
                         << "method.rnak";
    QTest::newRow("target") << "method.targets=[\"nose\"]"
                            << "no_target"
                            << "method.targets";
    QTest::newRow("expression") << "method.targets=(("
                                << "bad_field"
                                << "method.targets";
    QTest::newRow("pattern") << "method.rank_pattern={\"nose\":2}"
                             << "no_target"
                             << "method.rank_pattern";
    QTest::newRow("layer") << "method.layers=[99]"
                           << "bad_field"
                           << "method.layers";
    QTest::newRow("start") << "method.init=loftq"
                           << "bad_field"
                           << "method.init";
}

void TestInspect::estimateNamesTheBrokenField()
{
    QFETCH(QString, setting);
    const QJsonObject answer = engine({"estimate",
                                       "--json",
                                       "--model",
                                       kModel,
                                       "--data",
                                       m_data,
                                       "--method",
                                       "lora",
                                       "--set",
                                       setting})
                                   .json();
    QTEST(answer["error"]["code"].toString(), "code");
    QTEST(answer["error"]["where"].toString(), "where");
}

// What DoRA changes in a weight, only the weight tells.
void TestInspect::lengthsAreMeasuredAgainstTheBase()
{
    const QString run = m_scratch.path("dora");
    const Outcome trained = engine(tinyTraining(m_data, run, {"method.use_dora=true"}));
    QVERIFY2(trained.exitCode == 0, trained.story());
    const QStringList verb = {"inspect", "adapter", "--json", run + "/output/last"};
    const QJsonArray alone = engine(verb).json()["modules"].toArray();
    const QJsonArray beside =
        engine(verb + QStringList{"--model", kModel}).json()["modules"].toArray();
    QVERIFY(!alone.isEmpty());
    QCOMPARE(alone.size(), beside.size());
    for (qsizetype i = 0; i < alone.size(); ++i) {
        QVERIFY(alone[i]["dora"].toBool() && beside[i]["dora"].toBool());
        QVERIFY(alone[i]["norm"].isNull());
        QVERIFY(beside[i]["norm"].toDouble() > 0);
        QVERIFY(beside[i]["relative_norm"].toDouble() < 1);
    }
}

void TestInspect::exportTellsItsProgress()
{
    const QString run = m_scratch.path("run");
    QCOMPARE(engine(tinyTraining(m_data, run)).exitCode, 0);
    const QStringList verb = {"export",
                              "--json",
                              "--format",
                              "merged",
                              "--model",
                              kModel,
                              "--adapter",
                              run + "/output/last",
                              "--out"};
    QCOMPARE(engine(verb + QStringList{m_scratch.path("quiet")}).lines().size(), 1);
    const QList<QJsonObject> lines =
        engine(verb + QStringList{m_scratch.path("told"), "--progress"}).lines();
    QVERIFY(lines.size() > 1);
    QVERIFY(!lines.last()["files"].toArray().isEmpty());
    const QJsonObject progress = lines[lines.size() - 2];
    QCOMPARE(progress["event"].toString(), "progress");
    QCOMPARE(progress["id"].toString(), "exporting");
    QVERIFY(progress["total"].toInt() > 0);
    QCOMPARE(progress["done"], progress["total"]);
}

void TestInspect::studioNotesAreNoPartOfARun()
{
    const QString run = m_scratch.path("noted");
    QDir().mkpath(run);
    engine(tinyTraining(m_data, run, {"training.max_steps=1"}));
    QDir(run).remove("manifest.json");
    writeFile(run + "/run.studio.json", "{}");
    QCOMPARE(engine({"resume", run}).exitCode, 0);
    const QJsonArray files = readJson(run + "/manifest.json")["files"].toArray();
    QVERIFY(!files.isEmpty());
    for (const QJsonValue& file : files) {
        QVERIFY(!file["path"].toString().endsWith(".studio.json"));
    }
}

QTEST_GUILESS_MAIN(TestInspect)

#include "tst_inspect.moc"
