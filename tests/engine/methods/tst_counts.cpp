// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What each method trains, counted from a config alone. Numbers: Hu et al. 2021, tables 2 to 4, and
// their formulas (section 5.1).
#include "engine/estimate/estimate.h"
#include "tests/support/tuned_models.h"

using namespace engine;
using namespace tests;

namespace {

Value gpt2(int64_t hidden, int64_t layers)
{
    return gpt2Config(
        {{"n_embd", hidden}, {"n_layer", layers}, {"n_positions", 1024}, {"vocab_size", 50257}});
}

Value gpt3()
{
    return gpt2Config(
        {{"n_embd", 12288}, {"n_layer", 96}, {"n_positions", 2048}, {"vocab_size", 50257}});
}

// The count that `estimate --config` prints: of a whole job.
contract::Job jobOf(const std::string& method, std::vector<Value::Member> settings)
{
    settings.emplace_back("id", method);
    contract::JobRegistry registry;
    for (const methods::Method* known : methods::methods()) {
        registry.methods.push_back({std::string(known->id), known->schema(), known->learningRate});
    }
    const Value job = Value::object({{"method", changed(Value(Value::Object()), settings)}});
    return valueOrThrow(contract::parseJob(job, registry, contract::JobUse::Plan));
}

int64_t
countOf(const std::string& method, const std::vector<Value::Member>& settings, const Value& config)
{
    return estimate::estimate(jobOf(method, settings), blueprintOf(config)).trainableParameters;
}

} // namespace

class TestCounts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPlanCountsWhatThePaperCounts_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<Value>("settings");
        QTest::addColumn<Value>("config");
        QTest::addColumn<qint64>("parameters");
        const auto row = [](const char* name,
                            const char* method,
                            const Value& settings,
                            const Value& config,
                            qint64 parameters) {
            QTest::newRow(name) << method << settings << config << parameters;
        };
        const Value none = Value(Value::Object());
        const auto bottleneck = [](int64_t r) { return Value::object({{"bottleneck", r}}); };
        const auto tokens = [](int64_t n) { return Value::object({{"num_virtual_tokens", n}}); };
        row("full, GPT-2 S", "full", none, gpt2(768, 12), 124439808);
        row("full, GPT-2 M", "full", none, gpt2(1024, 24), 354823168);
        row("FT-Top2, GPT-2 M", "top_layers", none, gpt2(1024, 24), 25192448);
        row("one block", "top_layers", Value::object({{"count", 1}}), gpt2(1024, 24), 12596224);
        row("BitFit, GPT-2 S", "bitfit", none, gpt2(768, 12), 11 * 768 * 12 + 768);
        row("BitFit, GPT-3", "bitfit", none, gpt3(), 12988416);
        row("AdapterH 1, GPT-3", "adapter_h", bottleneck(1), gpt3(), 7078080);
        row("AdapterH 8, GPT-3", "adapter_h", bottleneck(8), gpt3(), 40109568);
        row("AdapterH 64, GPT-3", "adapter_h", bottleneck(64), gpt3(), 304361472);
        row("AdapterL 6, GPT-2 M", "adapter_l", bottleneck(6), gpt2(1024, 24), 368784);
        row("AdapterL 224, GPT-2 M", "adapter_l", bottleneck(224), gpt2(1024, 24), 11089152);
        row("AdapterP 16, large", "adapter_p", bottleneck(16), gpt2(1024, 24), 811392);
        // LoRA on query and value.
        const auto lora = [](int64_t rank, const Value& with = Value(Value::List())) {
            return Value::object({{"rank", rank},
                                  {"targets", Value::list(std::vector<std::string>{"q", "v"})},
                                  {"with", with}});
        };
        const auto placed = [](int64_t prefix, int64_t infix) {
            return Value::object({{"prefix_tokens", prefix}, {"infix_tokens", infix}});
        };
        const auto together = [&](const char* id, const Value& settings) {
            Value list = Value::List();
            list.append(changed(settings, {{"id", id}}));
            return list;
        };
        row("LoRA 1, GPT-3", "lora", lora(1), gpt3(), 4718592);
        row("LoRA 4, GPT-3", "lora", lora(4), gpt3(), 18874368);
        row("LoRA 8, GPT-3", "lora", lora(8), gpt3(), 37748736);
        row("LoRA 4, GPT-2 S", "lora", lora(4), gpt2(768, 12), 147456);
        row("LoRA 4, GPT-2 M", "lora", lora(4), gpt2(1024, 24), 393216);
        row("LoRA 4, GPT-2 L", "lora", lora(4), gpt2(1280, 36), 737280);
        row("LoRA 4, GPT-2 XL", "lora", lora(4), gpt2(1600, 48), 1228800);
        row("AdapterH 4, GPT-3", "adapter_h", bottleneck(4), gpt3(), 21234432);
        row("AdapterH 16, GPT-3", "adapter_h", bottleneck(16), gpt3(), 77859840);
        row("PreEmbed 256 + 8, GPT-3", "prefix_embedding", placed(256, 8), gpt3(), 3244032);
        row("PreEmbed 32 + 8, GPT-3", "prefix_embedding", placed(32, 8), gpt3(), 40 * 12288);
        row("PreLayer 8 + 8, GPT-3", "prefix_layer", placed(8, 8), gpt3(), 18874368);
        row("LoRA + PreEmbed, GPT-3",
            "lora",
            lora(8, together("prefix_embedding", placed(8, 4))),
            gpt3(),
            37896192);
        row("LoRA + PreLayer, GPT-3",
            "lora",
            lora(8, together("prefix_layer", placed(8, 4))),
            gpt3(),
            51904512);
        row("LoRA + BitFit, GPT-2 S",
            "lora",
            lora(4, together("bitfit", none)),
            gpt2(768, 12),
            147456 + 11 * 768 * 12 + 768);
        // Kopiczko et al. 2024, table 1: L · 2 · (d + r) for q and v.
        row("VeRA q,v, GPT-2 M",
            "vera",
            Value::object(
                {{"rank", 256}, {"targets", Value::list(std::vector<std::string>{"q", "v"})}}),
            gpt2(1024, 24),
            24 * 2 * (1024 + 256));
        row("IA³, GPT-2 S", "ia3", none, gpt2(768, 12), 12 * (3 * 768 + 4 * 768));
        row("AdaLoRA 12 q,v, GPT-2 S",
            "adalora",
            Value::object({{"targets", Value::list(std::vector<std::string>{"q", "v"})}}),
            gpt2(768, 12),
            12 * 2 * 12 * (2 * 768 + 1));
        row("prompt, GPT-3", "prompt_tuning", tokens(264), gpt3(), 3244032);
        row("prefix, GPT-2 S", "prefix_tuning", tokens(20), gpt2(768, 12), 20 * 2 * 12 * 768);
    }
    void aPlanCountsWhatThePaperCounts()
    {
        QFETCH(QString, method);
        QFETCH(Value, settings);
        QFETCH(Value, config);
        QFETCH(qint64, parameters);
        QCOMPARE(countOf(method.toStdString(), settings.toObject(), config), parameters);
    }

    void layersNarrowAMethod()
    {
        const Value one = Value::list(std::vector<int64_t>{1});
        QCOMPARE(countOf("full", {{"layers", one}}, gpt2(1024, 24)), int64_t(12596224));
        QCOMPARE(countOf("bitfit", {{"layers", one}}, gpt2(768, 12)), int64_t(11 * 768));
        QCOMPARE(countOf("adapter_h", {{"layers", one}, {"bottleneck", 8}}, gpt3()),
                 int64_t(40109568 / 96));
    }

    void nothingToTrainIsRefused()
    {
        const auto failure = [](const char* method,
                                const std::vector<Value::Member>& settings,
                                const Value& config) {
            return failureOf([&] { countOf(method, settings, config); });
        };
        QCOMPARE(failure("bitfit", {}, llamaConfig()).code, std::string("nothing_to_train"));
        const Error tooMany = failure("top_layers", {{"count", 25}}, gpt2(1024, 24));
        QCOMPARE(tooMany.code, std::string("bad_field"));
        QVERIFY(tooMany.message.find("1…24") != std::string::npos);
        const Error noBlock =
            failure("full", {{"layers", Value::list(std::vector<int64_t>{24})}}, gpt2(1024, 24));
        QVERIFY(noBlock.message.find("0…23") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestCounts)
#include "tst_counts.moc"
