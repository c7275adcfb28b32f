// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/job.h"
#include "sample_registry.h"

#include <QtTest>

#include <algorithm>

using namespace engine::contract;

namespace {

Result<Job> parsed(const QString& json, JobUse use = JobUse::Plan)
{
    return parseJob(parseJson(json.toStdString()).value(), sampleRegistry(), use);
}

} // namespace

class JobTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultsAreThoseOfTheContract();
    void everythingWrittenReadsBack();
    void devicesAreNamedAsInTheCatalogue();
    void trainingNeedsAModelAndData();
    void refusesWhatIsNotValid_data();
    void refusesWhatIsNotValid();
    void laterVersionsAreRefusedBeforeTheirNewKeys();
    void theMethodGivesTheDefaultLearningRate();
    void epsilonIsTheOptimizers();
    void everyFieldHasLabelAndHelp_data();
    void everyFieldHasLabelAndHelp();
    void fieldsOfferTheRegistrysIds();
    void pathsBecomeAbsolute();
    void aSourceSaysWhatTheSectionDoesNot();
    void columnsMayBeInputAndHistory();
    void outputNames_data();
    void outputNames();
};

void JobTest::defaultsAreThoseOfTheContract()
{
    const auto job = parsed("{}");
    QVERIFY(job.ok());
    const QByteArray expected =
        R"({"version":1,"id":"","model":{"path":"","dtype":"auto","quantization":"none","double_quant":true,)"
        R"("quantize_embeddings":false,"adapters":[]},"data":{"path":"","mix":[],"format":"auto","encoding":"auto",)"
        R"("columns":{},"edits":"","template":"auto",)"
        R"("mask":"answers","truncate":"left","max_length":2048,"packing":true,"shuffle":true,)"
        R"("group_by_length":false,"validation":{"path":"","fraction":0.05}},)"
        R"("objective":{"id":"causal_lm"},"method":{"id":"lora","start_from":"","with":[],"rank":16,)"
        R"("alpha":32.0,"targets":"all-linear","rank_pattern":{}},"training":{"epochs":3.0,)"
        R"("max_steps":0,"batch_size":8,"batch_tokens":0,"accumulate":1,"learning_rate":0.0002,)"
        R"("schedule":"cosine","warmup_ratio":0.03,"warmup_steps":0,"optimizer":"adamw",)"
        R"("weight_decay":0.01,"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"max_grad_norm":1.0,)"
        R"("label_smoothing":0.0,"neftune_alpha":0.0,)"
        R"("compute_dtype":"auto","recompute":"auto","evaluate_every":0,"save_every":0,"sample_every":0,)"
        R"("keep_checkpoints":3,"early_stopping_patience":3,"sample_prompts":[],)"
        R"("sample_max_tokens":64,"watchdog":{"min_free_disk_mb":512},"deterministic":true,)"
        R"("seed":42},"runtime":{"device":"auto","threads":0},)"
        R"("output":{"name":"","export":["peft"]}})";
    QCOMPARE(QByteArray::fromStdString(toJson(toValue(job.value()))), expected);
}

void JobTest::everythingWrittenReadsBack()
{
    const auto job = parsed(
        R"({"model":{"path":"m","adapters":[{"path":"a","scale":0.5}]},"data":{"path":"d",)"
        R"("columns":{"q":"prompt"},"validation":{"fraction":0}},"method":{"rank":4,)"
        R"("start_from":"s","with":[{"id":"full","dropout":0.5}]},"training":{"max_steps":7,"sample_prompts":["안녕"]}})",
        JobUse::Train);
    QVERIFY2(job.ok(), job.ok() ? "" : job.error().message.c_str());
    const Value written = toValue(job.value());
    const auto again = parseJob(written, sampleRegistry());
    QVERIFY(again.ok());
    QCOMPARE(toJson(toValue(again.value())), toJson(written));
    QCOMPARE(again.value().method.startFrom, std::string("s"));
    QCOMPARE(again.value().method.settings["rank"].toInteger(), 4);
    QCOMPARE(again.value().method.with.at(0).id, std::string("full"));
    QCOMPARE(again.value().method.with.at(0).settings["dropout"].toDouble(), 0.5);
    QCOMPARE(again.value().model.adapters.at(0).scale, 0.5);
    QCOMPARE(again.value().data.columns.at("q"), std::string("prompt"));
}

// As the catalogue names devices, which is what the studio's settings keep.
void JobTest::devicesAreNamedAsInTheCatalogue()
{
    for (const char* name : {"auto", "cpu", "cuda", "cuda:0", "cuda:12"}) {
        const auto job =
            parsed(QStringLiteral(R"({"runtime":{"device":"%1"}})").arg(QLatin1String(name)));
        QVERIFY2(job.ok(), name);
        QCOMPARE(job.value().runtime.device, std::string(name));
    }
}

void JobTest::trainingNeedsAModelAndData()
{
    QCOMPARE(parsed("{}", JobUse::Train).error().message, std::string("model.path: missing"));
    QCOMPARE(parsed(R"({"model":{"path":"m"}})", JobUse::Train).error().where,
             std::string("data.path"));
}

void JobTest::refusesWhatIsNotValid_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("hint");
    const auto row = [](const char* name, const char* json, const char* message, const char* hint) {
        QTest::newRow(name) << QString::fromUtf8(json) << QString::fromUtf8(message)
                            << QString::fromUtf8(hint);
    };
    row("method's range",
        R"({"method":{"rank":0}})",
        "method.rank: expected 1…1024, got 0",
        "The default is 16");
    row("key of another method",
        R"({"method":{"id":"full","rank":8}})",
        "method.rank: unknown key",
        "Valid keys: dropout");
    row("unknown section", R"({"trainig":{}})", "trainig: unknown key", "Did you mean training?");
    row("unknown key",
        R"({"training":{"learning_rat":1}})",
        "training.learning_rat: unknown key",
        "Did you mean learning_rate?");
    row("feature of a later version",
        R"({"training":{"ema_decay":0.9}})",
        "training.ema_decay: unknown key",
        "Valid keys: epochs, max_steps");
    row("unknown method",
        R"({"method":{"id":"lroa"}})",
        "method.id: expected one of lora, full, got \"lroa\"",
        "Did you mean lora?");
    row("setting of a further method",
        R"({"method":{"with":[{"id":"full"},{"id":"lora","rank":0}]}})",
        "method.with[1].rank: expected 1…1024, got 0",
        "The default is 16");
    row("key of a further method",
        R"({"method":{"with":[{"id":"full","rank":8}]}})",
        "method.with[0].rank: unknown key",
        "Valid keys: dropout");
    row("further method without a name",
        R"({"method":{"with":[{"rank":8}]}})",
        "method.with[0].id: expected the id of a method, got \"\"",
        "Set method.with[0].id");
    row("unknown further method",
        R"({"method":{"with":[{"id":"lroa"}]}})",
        "method.with[0].id: expected one of lora, full, got \"lroa\"",
        "Did you mean lora?");
    row("further methods of the wrong type",
        R"({"method":{"with":{"id":"full"}}})",
        "method.with: expected a list, written as JSON, got {\"id\":\"full\"}",
        "Further methods trained at the same time");
    row("quantization",
        R"({"model":{"quantization":"q4_k_m"}})",
        "model.quantization: expected one of none, nf4, int8, got \"q4_k_m\"",
        "Compression of the frozen weights");
    row("format",
        R"({"data":{"format":"jsnol"}})",
        "data.format: expected one of auto, jsonl, csv, got \"jsnol\"",
        "Did you mean jsonl?");
    row("exporter",
        R"({"output":{"export":["pef"]}})",
        "output.export[0]: expected one of peft, merged, got \"pef\"",
        "Did you mean peft?");
    row("role",
        R"({"data":{"columns":{"a":"promt"}}})",
        "data.columns.a: expected one of text, text_pair, label, prompt, input, completion, "
        "history, system, messages, tools, chosen, rejected, weight, id, got \"promt\"",
        "Did you mean prompt?");
    row("path and sources",
        R"({"data":{"path":"a","mix":[{"path":"b"}]}})",
        "data.mix: data.path is given, too",
        "Give one of both");
    row("source without a path",
        R"({"data":{"mix":[{"path":"a"},{"weight":2}]}})",
        "data.mix[1].path: expected a data file or folder, got \"\"",
        "");
    row("weight of a source",
        R"({"data":{"mix":[{"path":"a","weight":0}]}})",
        "data.mix[0].weight: expected 0.0001…1000, got 0",
        "");
    row("format of a source",
        R"({"data":{"mix":[{"path":"a","format":"jsnol"}]}})",
        "data.mix[0].format: expected one of auto, jsonl, csv, got \"jsnol\"",
        "Did you mean jsonl?");
    row("role of a source's column",
        R"({"data":{"mix":[{"path":"a","columns":{"q":"promt"}}]}})",
        "data.mix[0].columns.q: expected one of text, text_pair, label, prompt, input, completion, "
        "history, system, messages, tools, chosen, rejected, weight, id, got \"promt\"",
        "Did you mean prompt?");
    row("key of a source",
        R"({"data":{"mix":[{"path":"a","wieght":2}]}})",
        "data.mix[0].wieght: unknown key",
        "Did you mean weight?");
    row("nested range",
        R"({"data":{"validation":{"fraction":0.9}}})",
        "data.validation.fraction: expected 0…0.5, got 0.9",
        "Part of the training data");
    row("adapter without a path",
        R"({"model":{"adapters":[{"scale":1}]}})",
        "model.adapters[0].path: expected the folder of an adapter, got \"\"",
        "");
    row("output name",
        R"({"output":{"name":"a/b"}})",
        "output.name: expected letters, digits, \".\", \"_\", \"-\" or Hangul, without \"..\", got "
        "\"a/b\"",
        "Choose a name such as my-adapter_1");
    row("device",
        R"({"runtime":{"device":"cuda:x"}})",
        "runtime.device: expected auto, cpu, cuda or cuda:N, got \"cuda:x\"",
        "`lora-engine describe` lists the devices");
    row("device without its number",
        R"({"runtime":{"device":"cuda:"}})",
        "runtime.device: expected auto, cpu, cuda or cuda:N, got \"cuda:\"",
        "");
    row("section of the wrong type", R"({"method":[]})", "method: expected an object, got []", "");
    row("not an object", "[]", "expected an object, got []", "");
}

void JobTest::refusesWhatIsNotValid()
{
    QFETCH(QString, json);
    QFETCH(QString, message);
    QFETCH(QString, hint);
    const auto job = parsed(json);
    QVERIFY(!job.ok());
    QCOMPARE(job.error().code, std::string("bad_field"));
    QCOMPARE(QString::fromStdString(job.error().message), message);
    QVERIFY2(QString::fromStdString(job.error().hint).startsWith(hint), job.error().hint.c_str());
}

void JobTest::laterVersionsAreRefusedBeforeTheirNewKeys()
{
    const auto job = parsed(R"({"version":2,"novelty":1})");
    QVERIFY(!job.ok());
    QCOMPARE(job.error().code, std::string("newer_format"));
    QCOMPARE(job.error().message,
             std::string("version: this program reads jobs up to version 1, got 2"));
}

void JobTest::epsilonIsTheOptimizers()
{
    QCOMPARE(parsed(R"({})").value().training.epsilon, 1e-8);
    QCOMPARE(parsed(R"({"training":{"optimizer":"adamw_loralib"}})").value().training.epsilon,
             1e-6);
    QCOMPARE(parsed(R"({"training":{"optimizer":"adamw_loralib","epsilon":1e-4}})")
                 .value()
                 .training.epsilon,
             1e-4);
}

void JobTest::theMethodGivesTheDefaultLearningRate()
{
    QCOMPARE(parsed(R"({"method":{"id":"full"}})").value().training.learningRate, 2e-5);
    QCOMPARE(parsed(R"({"method":{"id":"full"},"training":{"learning_rate":0.1}})")
                 .value()
                 .training.learningRate,
             0.1);
}

void JobTest::everyFieldHasLabelAndHelp_data()
{
    QTest::addColumn<QString>("label");
    QTest::addColumn<QString>("help");
    for (const Field& field : jobFields(sampleRegistry())) {
        if (field.key != "version" && field.key != "id") {
            QTest::newRow(field.key.c_str())
                << QString::fromStdString(field.label) << QString::fromStdString(field.help);
        }
    }
}

void JobTest::everyFieldHasLabelAndHelp()
{
    QFETCH(QString, label);
    QFETCH(QString, help);
    QVERIFY(!label.isEmpty());
    QVERIFY(help.endsWith('.'));
}

void JobTest::fieldsOfferTheRegistrysIds()
{
    const std::vector<Field> fields = jobFields(sampleRegistry());
    const auto format = std::find_if(fields.begin(), fields.end(), [](const Field& field) {
        return field.key == "data.format";
    });
    QVERIFY(format != fields.end());
    QCOMPARE(format->choices, (std::vector<std::string>{"auto", "jsonl", "csv"}));
}

void JobTest::pathsBecomeAbsolute()
{
    Job job;
    job.model.path = "../model";
    job.model.adapters = {{"/elsewhere", 1}};
    job.data.path = "rows.jsonl";
    job.method.startFrom = "a";
    const Job absolute = withAbsolutePaths(job, "/home/x");
    QCOMPARE(absolute.model.path, std::string("/home/model"));
    QCOMPARE(absolute.model.adapters[0].path, std::string("/elsewhere"));
    QCOMPARE(absolute.data.path, std::string("/home/x/rows.jsonl"));
    QCOMPARE(absolute.data.validation.path, std::string());
    QCOMPARE(absolute.data.chatTemplate, std::string("auto"));
    QCOMPARE(absolute.method.startFrom, std::string("/home/x/a"));
    // A template is a path unless it is a name.
    for (const auto& [name, expected] : {std::pair("model", "model"),
                                         std::pair("plain", "plain"),
                                         std::pair("own.jinja", "/home/x/own.jinja")}) {
        job.data.chatTemplate = name;
        QCOMPARE(withAbsolutePaths(job, "/home/x").data.chatTemplate, std::string(expected));
    }
    job.data.path.clear();
    job.data.mix.resize(2);
    job.data.mix[0].path = "a.jsonl";
    job.data.mix[0].chatTemplate = "chatml";
    job.data.mix[1].path = "/b.jsonl";
    job.data.mix[1].edits = "b.edits";
    job.data.mix[1].chatTemplate = "t.jinja";
    const std::vector<MixSource> mix = withAbsolutePaths(job, "/home/x").data.mix;
    QCOMPARE(mix[0].path, std::string("/home/x/a.jsonl"));
    QCOMPARE(mix[0].chatTemplate, std::string("chatml"));
    QCOMPARE(mix[0].edits, std::string());
    QCOMPARE(mix[1].path, std::string("/b.jsonl"));
    QCOMPARE(mix[1].edits, std::string("/home/x/b.edits"));
    QCOMPARE(mix[1].chatTemplate, std::string("/home/x/t.jinja"));
}

void JobTest::aSourceSaysWhatTheSectionDoesNot()
{
    const auto job = parsed(
        R"({"model":{"path":"m"},"data":{"format":"csv","encoding":"cp949","edits":"e","columns":{"q":"text"},)"
        R"("mask":"all","mix":[{"path":"a"},{"path":"b","format":"jsonl","encoding":"utf-8",)"
        R"("columns":{"t":"text"},"edits":"f","template":"plain","weight":0.5,"split":"train"}]}})",
        JobUse::Train);
    QVERIFY2(job.ok(), job.ok() ? "" : job.error().message.c_str());
    const DataSection& data = job.value().data;
    const std::vector<DataSection> sources = dataSources(data);
    QCOMPARE(sources.size(), std::size_t(2));
    QCOMPARE(sources[0].path, std::string("a"));
    QCOMPARE(sources[0].format, std::string("csv"));
    QCOMPARE(sources[0].encoding, std::string("cp949"));
    QCOMPARE(sources[0].edits, std::string("e"));
    QCOMPARE(sources[0].columns.at("q"), std::string("text"));
    QCOMPARE(sources[0].chatTemplate, std::string("auto"));
    QCOMPARE(sources[1].path, std::string("b#train"));
    QCOMPARE(sources[1].format, std::string("jsonl"));
    QCOMPARE(sources[1].encoding, std::string("utf-8"));
    QCOMPARE(sources[1].edits, std::string("f"));
    QCOMPARE(sources[1].columns.count("q"), std::size_t(0));
    QCOMPARE(sources[1].chatTemplate, std::string("plain"));
    QCOMPARE(sources[1].mask, std::string("all"));
    QVERIFY(sources[1].mix.empty());
    QCOMPARE(sourceWeights(data), (std::vector<double>{1, 0.5}));
    const Value written = toValue(job.value());
    QCOMPARE(toJson(written["data"]["mix"]), toJson(mixValue(data.mix)));
    QCOMPARE(toJson(toValue(parseJob(written, sampleRegistry()).value())), toJson(written));

    const DataSection alone = parsed(R"({"data":{"path":"a"}})").value().data;
    QCOMPARE(dataSources(alone).size(), std::size_t(1));
    QCOMPARE(dataSources(alone)[0].path, std::string("a"));
    QCOMPARE(sourceWeights(alone), std::vector<double>{1});
}

// As Alpaca and LLaMA-Factory have them.
void JobTest::columnsMayBeInputAndHistory()
{
    const auto job = parsed(
        R"({"data":{"columns":{"q":"prompt","more":"input","a":"completion","old":"history"}}})");
    QVERIFY2(job.ok(), job.ok() ? "" : job.error().message.c_str());
    QCOMPARE(job.value().data.columns.at("more"), std::string("input"));
    QCOMPARE(job.value().data.columns.at("old"), std::string("history"));
}

void JobTest::outputNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("valid");
    QTest::newRow("letters") << "my-adapter_1.2" << true;
    QTest::newRow("Hangul") << QString::fromUtf8("나의-어댑터") << true;
    QTest::newRow("jamo") << QString::fromUtf8("ㅋㅋ") << true;
    QTest::newRow("empty") << "" << false;
    QTest::newRow("dot") << "." << false;
    QTest::newRow("parent") << ".." << false;
    QTest::newRow("two dots inside") << "a..b" << false;
    QTest::newRow("slash") << "a/b" << false;
    QTest::newRow("space") << "a b" << false;
    QTest::newRow("umlaut") << QString::fromUtf8("ä") << false;
    QTest::newRow("Chinese") << QString::fromUtf8("中") << false;
    QTest::newRow("100 characters") << QString(100, QChar(0xAC00)) << true;
    QTest::newRow("101 characters") << QString(101, QChar('a')) << false;
}

void JobTest::outputNames()
{
    QFETCH(QString, name);
    QFETCH(bool, valid);
    QCOMPARE(isOutputName(name.toStdString()), valid);
}

QTEST_GUILESS_MAIN(JobTest)
#include "tst_job.moc"
