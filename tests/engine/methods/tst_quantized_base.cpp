// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Every tuning method on bases in 4 and 8 bits: it trains as on a dense model with the numbers that
// the base stands for, and the base stays packed, without a gradient. A new method or family is
// tested by being registered.
#include "engine/adapters/adapter_batch.h"
#include "engine/adapters/loaded_adapter.h"
#include "engine/kernels/quantized_weight.h"
#include "engine/methods/combination.h"
#include "engine/methods/nested_ranks.h"
#include "engine/methods/trainable_mask.h"
#include "engine/models/original_weight.h"
#include "tests/support/tuned_models.h"

using namespace engine;
using namespace tests;

namespace {

constexpr uint64_t kSeed = 11;
constexpr double kTolerance = 2e-5;

struct Row
{
    const methods::Method* method;
    std::vector<Value::Member> settings;
    TinyModel model;
    kernels::Quantization quantization;
    bool hasEmbeddings = false; // token embedding and head packed, too

    models::BaseFormat format() const { return {quantization, true, hasEmbeddings}; }
    std::unique_ptr<nn::Decoder> quantized() const
    {
        return models::loadDecoder(
            openTiny(model), at::kFloat, at::kFloat, at::Device(at::kCPU), format());
    }
    // A dense model with the numbers of the other.
    std::unique_ptr<nn::Decoder> dense(nn::Decoder& quantized) const
    {
        auto decoder = tinyDecoder(model);
        for (nn::Linear* layer : quantized.linears()) {
            decoder->linear(layer->spec().name)->weight() = layer->dense(at::kFloat);
        }
        for (const nn::Parameter& parameter : decoder->parameters()) {
            if (parameter.module->tokenEmbedding) {
                *parameter.tensor = quantized.parts().tokenEmbedding.dense().to(at::kFloat);
            }
        }
        return decoder;
    }
    Value complete() const { return settingsOf(*method, settings); }
    // Whether the start is made from what the base was packed from: a dense base has no such start.
    bool startsFromLoss() const
    {
        return method->demands != nullptr && method->demands(complete()).packingLoss;
    }
    std::unique_ptr<methods::Tuning> attached(nn::Decoder& decoder) const
    {
        contract::MethodSection section;
        section.id = method->id;
        section.settings = complete();
        return methods::attach(section, decoder, kSeed, [this](const nn::ModuleSpec& module) {
            return models::originalWeight(openTiny(model), module);
        });
    }
};

constexpr const char* kVocabulary = ".*(embed_tokens|wte|wpe)|lm_head|o";

// Whether the method finds something to train, and trains no weight that would be packed.
enum class Use { Runs, IsRefused, HasNothing };

Use useOf(const Row& row)
{
    const nn::Blueprint blueprint = blueprintOf(row.model.config);
    try {
        methods::requireDense(
            row.method->plan(row.complete(), blueprint), blueprint, row.hasEmbeddings);
        return Use::Runs;
    } catch (const Failure& failure) {
        return failure.error().code == code::kUnsupported ? Use::IsRefused : Use::HasNothing;
    }
}

void addRows(Use use)
{
    QTest::addColumn<Row>("row");
    const auto add = [use](const std::string& name, const Row& row) {
        if (useOf(row) == use) {
            const bool isNf4 = row.quantization == kernels::Quantization::Nf4;
            QTest::addRow("%s on %s %s%s",
                          name.c_str(),
                          row.model.name.c_str(),
                          isNf4 ? "nf4" : "int8",
                          row.hasEmbeddings ? ", embeddings too" : "")
                << row;
        }
    };
    for (const methods::Method* method : methods::methods()) {
        for (const TinyModel& model : tinyModels()) {
            add(std::string(method->id), {method, {}, model, kernels::Quantization::Nf4});
            add(std::string(method->id), {method, {}, model, kernels::Quantization::Nf4, true});
        }
    }
    const methods::Method* const lora = methods::findMethod("lora");
    const Value qv = Value::list(std::vector<std::string>{"q", "v"});
    using Settings = std::vector<Value::Member>;
    const std::vector<std::pair<std::string, Settings>> forms = {
        {"lora rslora+", {{"use_rslora", true}, {"lora_plus_ratio", 16}, {"rank", 3}}},
        {"lora dropout", {{"dropout", 0.3}, {"rank", 3}}},
        {"lora dora", {{"use_dora", true}, {"rank", 3}}},
        {"lora dora q,v dropout",
         {{"use_dora", true}, {"targets", qv}, {"dropout", 0.3}, {"rank", 3}}},
        {"lora pissa", {{"init", "pissa"}, {"rank", 3}}},
        {"lora loftq", {{"init", "loftq"}, {"rank", 3}}},
        {"lora dora loftq q,v",
         {{"use_dora", true}, {"init", "loftq"}, {"targets", qv}, {"rank", 3}}},
        {"lora dora olora", {{"use_dora", true}, {"init", "olora"}, {"rank", 3}}},
        {"lora bias", {{"bias", "all"}, {"rank", 3}}},
        {"lora head",
         {{"modules_to_save", Value::list(std::vector<std::string>{"lm_head"})}, {"rank", 3}}},
        {"lora on embeddings", {{"targets", kVocabulary}, {"rank", 3}}},
        {"lora dora on embeddings", {{"targets", kVocabulary}, {"use_dora", true}, {"rank", 3}}},
        {"lora embedding",
         {{"modules_to_save", Value::list(std::vector<std::string>{"embed_tokens", "wte"})},
          {"rank", 3}}},
        {"lora saves a block's module",
         {{"modules_to_save", Value::list(std::vector<std::string>{"down_proj", "c_fc"})},
          {"targets", qv},
          {"rank", 3}}},
    };
    for (const auto& [name, settings] : forms) {
        for (const char* model : {"llama tied, biases", "gpt2 untied"}) {
            add(name, {lora, settings, tinyModel(model), kernels::Quantization::Int8});
            add(name, {lora, settings, tinyModel(model), kernels::Quantization::Nf4});
            add(name, {lora, settings, tinyModel(model), kernels::Quantization::Int8, true});
            add(name, {lora, settings, tinyModel(model), kernels::Quantization::Nf4, true});
        }
    }
    for (const char* id : {"dylora", "adalora", "vera", "ia3"}) {
        for (const bool hasEmbeddings : {false, true}) {
            add(id,
                {methods::findMethod(id),
                 {},
                 tinyModel("gpt_neox"),
                 kernels::Quantization::Int8,
                 hasEmbeddings});
        }
    }
}

double relative(const Tensor& now, const Tensor& expected)
{
    return ((now - expected).norm() / expected.norm()).item<double>();
}

} // namespace

class TestQuantizedBase : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void trainsAsOnTheDenseNumbers_data() { addRows(Use::Runs); }
    void trainsAsOnTheDenseNumbers()
    {
        QFETCH(Row, row);
        const auto quantized = row.quantized();
        const auto dense = row.dense(*quantized);
        const auto mine = row.attached(*quantized);
        const auto other = row.attached(*dense);
        if (row.startsFromLoss()) {
            other->load(mine->state());
        }
        QVERIFY(mine->parameters().values().equal(other->parameters().values()));
        disturb(*mine);
        disturb(*other);
        const Tensor loss = lossOf(*quantized, trainingPass(9), tokens(9));
        const Tensor expected = lossOf(*dense, trainingPass(9), tokens(9));
        QVERIFY(relative(loss, expected) < kTolerance);
        loss.backward();
        expected.backward();
        const double worst =
            relative(mine->parameters().gradients(), other->parameters().gradients());
        QVERIFY2(worst < 2 * kTolerance, qPrintable(QString::number(worst)));
    }

    void theBaseStaysPackedAndFrozen_data() { addRows(Use::Runs); }
    void theBaseStaysPackedAndFrozen()
    {
        QFETCH(Row, row);
        const auto decoder = row.quantized();
        std::map<std::string, std::shared_ptr<const kernels::QuantizedWeight>> before;
        for (const nn::Linear* layer : decoder->linears()) {
            QCOMPARE(layer->isQuantized(), row.format().packs(layer->spec()));
            before[layer->spec().name] = layer->quantized();
        }
        const auto table = decoder->parts().tokenEmbedding.quantized();
        QCOMPARE(table != nullptr, row.hasEmbeddings);
        QVERIFY(!row.hasEmbeddings || !decoder->blueprint().tiedHead
                || decoder->linears().back()->quantized() == table);
        const auto tuning = row.attached(*decoder);
        disturb(*tuning);
        lossOf(*decoder, trainingPass(9), tokens(9)).backward();
        QVERIFY(decoder->parts().tokenEmbedding.quantized() == table);
        for (const nn::Linear* layer : decoder->linears()) {
            QVERIFY(layer->quantized() == before[layer->spec().name]);
            QVERIFY(!layer->isQuantized() || !layer->weight().defined());
        }
        for (const nn::Parameter& parameter : decoder->parameters()) {
            QVERIFY(!row.format().packs(*parameter.module)
                    || parameter.name != parameter.module->weightName());
        }
    }

    void aSavedAdapterWorksThere_data() { addRows(Use::Runs); }
    void aSavedAdapterWorksThere()
    {
        QFETCH(Row, row);
        const auto decoder = row.quantized();
        const Tensor base = logitsOf(*decoder);
        auto tuning = row.attached(*decoder);
        disturb(*tuning);
        const Tensor trained = logitsOf(*decoder);
        const methods::AdapterState state = tuning->state();
        tuning.reset();
        QVERIFY(isUnchanged(logitsOf(*decoder), base));
        {
            const adapters::LoadedAdapter loaded(*decoder, state, 1);
            QCOMPARE(difference("loaded", logitsOf(*decoder), trained, 1e-5), QString());
        }
        QVERIFY(isUnchanged(logitsOf(*decoder), base));
        {
            const auto dense = row.dense(*decoder);
            const adapters::LoadedAdapter half(*decoder, state, state.own.empty() ? 0.5 : 1);
            const adapters::LoadedAdapter other(*dense, state, state.own.empty() ? 0.5 : 1);
            QCOMPARE(difference("scaled", logitsOf(*decoder), logitsOf(*dense), 1e-5), QString());
        }
        if (adapters::AdapterBatch::canShare(state)) {
            adapters::AdapterBatch batch(*decoder, {{{&state, 1}}});
            batch.assign({0});
            QCOMPARE(difference("in a batch", logitsOf(*decoder), trained, 1e-5), QString());
        }
    }

    void nestedRanksWorkThereToo()
    {
        const Row row{methods::findMethod("dylora"),
                      {{"rank", 4}},
                      tinyModel("llama"),
                      kernels::Quantization::Nf4};
        const auto decoder = row.quantized();
        const auto dense = row.dense(*decoder);
        auto tuning = row.attached(*decoder);
        disturb(*tuning);
        const methods::AdapterState state = tuning->state();
        methods::NestedRanks* const ranks = tuning->nestedRanks();
        QVERIFY(ranks != nullptr);
        std::vector<Tensor> atRank;
        for (int64_t rank = 1; rank <= 4; ++rank) {
            ranks->use(rank);
            atRank.push_back(logitsOf(*decoder));
        }
        tuning.reset();
        for (int64_t rank = 1; rank <= 4; ++rank) {
            const adapters::LoadedAdapter cut(*dense, methods::atRank(state, rank), 1);
            QCOMPARE(difference(
                         "cut", logitsOf(*dense), atRank[static_cast<std::size_t>(rank) - 1], 1e-5),
                     QString());
        }
    }

    void whatTrainsPackedWeightsIsRefused_data() { addRows(Use::IsRefused); }
    void whatTrainsPackedWeightsIsRefused()
    {
        QFETCH(Row, row);
        const auto decoder = row.quantized();
        const Tensor base = logitsOf(*decoder);
        QCOMPARE(failureOf([&] { row.attached(*decoder); }).code, std::string(code::kUnsupported));
        QVERIFY(logitsOf(*decoder).equal(base));

        // An adapter that was trained so on the dense base.
        const auto dense = tinyDecoder(row.model);
        const methods::AdapterState state = row.attached(*dense)->state();
        QCOMPARE(failureOf([&] { adapters::LoadedAdapter(*decoder, state, 1); }).code,
                 std::string(code::kUnsupported));
        QVERIFY(logitsOf(*decoder).equal(base));
    }
};

QTEST_GUILESS_MAIN(TestQuantizedBase)
#include "tst_quantized_base.moc"
