// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What every model of every family must do, on tiny ones and on the real ones of the shared inputs.
#include "engine/contract/value.h"
#include "engine/nn/block_stack.h"
#include "engine/nn/kv_cache.h"
#include "tests/engine/tensors/made_files.h"
#include "tests/support/tiny_models.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>

using namespace engine;
using namespace tests;
namespace fs = std::filesystem;

namespace {

constexpr const char* kRealModels[] = {
    "stories260K", "stories260K-bf16-3shards", "stories260K-f16-untied", "llama2xs-268K"};

// A tiny model, or a real one where there is none of this name; computes in float32.
std::unique_ptr<nn::Decoder> decoderOf(const QString& name)
{
    const fs::path real = sharedModel(name.toStdString());
    if (!real.empty()) {
        return models::loadDecoder(models::ModelFolder::open(real), at::kFloat);
    }
    return tinyDecoder(tinyModel(name.toStdString()));
}

void addAllModelRows()
{
    addTinyModelRows();
    for (const char* name : kRealModels) {
        if (!sharedModel(name).empty()) {
            QTest::newRow(name) << QString(name);
        }
    }
}

Value golden(const QString& model)
{
    const fs::path folder = sharedModel(model.toStdString());
    return folder.empty()
               ? Value()
               : valueOrThrow(contract::parseJson(device::readFile(folder / "golden.json")));
}

Tensor idsOf(const Value& list)
{
    std::vector<int64_t> ids;
    for (const Value& id : list.toList()) {
        ids.push_back(id.toInteger());
    }
    return at::tensor(ids, at::kLong);
}

Tensor floatsOf(const Value& list)
{
    std::vector<double> values;
    for (const Value& value : list.toList()) {
        values.push_back(value.toDouble());
    }
    return at::tensor(values, at::kDouble);
}

// The logits of one more chunk of the sequence in `cache`.
Tensor continued(const nn::Decoder& decoder, nn::KvCache& cache, const Tensor& ids)
{
    nn::Pass pass = nn::packedPass({ids.size(0)});
    pass.positions = pass.positions + cache.length(0);
    pass.cache = &cache;
    return logitsOf(decoder, ids, pass);
}

// What transformers computed with tiny models, by make_reference.py.
const Value& references()
{
    static const Value all = valueOrThrow(contract::parseJson(
        device::readFile(LORA_SOURCE_DIR "/tests/engine/models/reference.json")));
    return all;
}

void addRealRows()
{
    QTest::addColumn<QString>("model");
    for (const char* name : kRealModels) {
        QTest::newRow(name) << QString(name);
    }
}

} // namespace

class TestFamilies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFamilyHasATinyModel_data()
    {
        QTest::addColumn<QString>("family");
        for (const models::Family* family : models::families()) {
            QTest::newRow(family->id.data()) << QString::fromStdString(std::string(family->id));
        }
    }
    void everyFamilyHasATinyModel()
    {
        QFETCH(QString, family);
        bool isThere = false;
        for (const TinyModel& model : tinyModels()) {
            isThere = isThere || model.config["model_type"] == Value(family.toStdString());
        }
        QVERIFY2(isThere, "add one to tests/support/tiny_models.h");
    }

    void everyWeightIsReadOnce_data() { addTinyModelRows(); }
    void everyWeightIsReadOnce()
    {
        QFETCH(QString, model);
        const models::ModelFolder folder = openTiny(tinyModel(model.toStdString()));
        std::map<std::string, int> reads;
        const models::PartsBuilder builder(folder.blueprint(), [&](const std::string& name) {
            ++reads[name];
            return folder.weights().tensor(folder.storedName(name));
        });
        folder.family().assemble(folder.config(), builder);
        std::map<std::string, int> once;
        for (const std::string& name : folder.parameterNames()) {
            once[name] = 1;
        }
        QCOMPARE(reads, once);
        QCOMPARE(once.size(), folder.weights().names().size());
    }

    void equalsTransformers_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < int(references().toList().size()); ++i) {
            QTest::newRow(references().toList()[size_t(i)]["name"].toString().c_str()) << i;
        }
    }
    void equalsTransformers()
    {
        QFETCH(int, index);
        const Value& reference = references().toList()[static_cast<std::size_t>(index)];
        const auto decoder = tinyDecoder({"reference", reference["config"]});
        const int64_t count = reference["tokens"].toInteger();
        nn::Pass pass = nn::packedPass({count});
        std::vector<Tensor> states;
        pass.states = &states;
        const Tensor logits = logitsOf(*decoder, tokens(count), pass);
        const Value::List& expected = reference["states"].toList();
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const Tensor values = floatsOf(expected[i]);
            QCOMPARE(difference("state " + std::to_string(i),
                                states[i][count - 1].narrow(0, 0, values.size(0)),
                                values,
                                1e-5),
                     QString());
        }
        const Value::List& positions = reference["positions"].toList();
        for (std::size_t i = 0; i < positions.size(); ++i) {
            QCOMPARE(difference("logits",
                                logits[positions[i].toInteger()],
                                floatsOf(reference["logits"].toList()[i]),
                                2e-5),
                     QString());
        }
    }

    void everyFamilyHasAReference_data() { everyFamilyHasATinyModel_data(); }
    void everyFamilyHasAReference()
    {
        QFETCH(QString, family);
        const Value::List& all = references().toList();
        QVERIFY2(std::any_of(all.begin(),
                             all.end(),
                             [&family](const Value& reference) {
                                 return reference["config"]["model_type"]
                                        == Value(family.toStdString());
                             }),
                 "add one to tests/engine/models/make_reference.py");
    }

    // What the packed kernels do, against the parts one by one.
    void packedBlocksEqualTheirParts_data() { addAllModelRows(); }
    void packedBlocksEqualTheirParts()
    {
        QFETCH(QString, model);
        const auto decoder = decoderOf(model);
        for (const std::vector<int64_t>& lengths :
             std::vector<std::vector<int64_t>>{{4, 3}, {33, 4, 17}, {1}}) {
            nn::Pass pass = nn::packedPass(lengths);
            std::vector<Tensor> states;
            pass.states = &states;
            const Tensor ids = tokens(pass.positions.size(0));
            decoder->hidden(ids, pass);
            QCOMPARE(static_cast<int64_t>(states.size()), decoder->blueprint().layers + 1);
            Tensor x = states.front();
            for (int64_t layer = 0; layer < decoder->blueprint().layers; ++layer) {
                x = decoder->block(layer).forward(x, pass, layer);
                const Tensor& state = states[static_cast<std::size_t>(layer) + 1];
                QCOMPARE(difference("state", state, x, 1e-5), QString());
            }
        }
    }

    void whatTheKernelsLackRunsAsParts_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("shortRun"); // blocks that are packed, for sequences of 4
        QTest::addColumn<int>("longRun");  // for one of 33
        QTest::newRow("llama") << "llama" << 2 << 2;
        QTest::newRow("biases") << "llama tied, biases" << 2 << 2;
        QTest::newRow("gpt2") << "gpt2" << 2 << 2;
        QTest::newRow("qwen2") << "qwen2" << 2 << 2;
        QTest::newRow("gemma") << "gemma" << 2 << 2;
        QTest::newRow("window") << "mistral" << 2 << 2;
        QTest::newRow("window of the second block") << "qwen2 windows" << 2 << 2;
        QTest::newRow("norms over heads") << "qwen3" << 2 << 2;
        QTest::newRow("caps") << "gemma2" << 2 << 2;
        QTest::newRow("norms after, windows") << "gemma3_text" << 2 << 2;
        QTest::newRow("gate and up in one, longrope") << "phi3" << 2 << 0;
        QTest::newRow("parallel") << "gpt_neox" << 2 << 2;
        QTest::newRow("q, k, v by head") << "gpt_neox sequential" << 2 << 2;
    }
    void whatTheKernelsLackRunsAsParts()
    {
        QFETCH(QString, model);
        QFETCH(int, shortRun);
        QFETCH(int, longRun);
        if (kernels::instructionSet() == kernels::InstructionSet::None) {
            QSKIP("no packed kernels on this processor");
        }
        const auto decoder = decoderOf(model);
        nn::PackedWeights packed;
        nn::Threads threads;
        const nn::BlockStack stack(decoder->parts().blocks, packed, threads);
        const Tensor x = numbers({37, decoder->blueprint().hiddenSize}, 5).to(at::kFloat);
        QCOMPARE(stack.standardRun(0, x.narrow(0, 0, 8), nn::packedPass({4, 4})), shortRun);
        QCOMPARE(stack.standardRun(0, x, nn::packedPass({4, 33})), longRun);
    }

    void cachedDecodingEqualsTheWhole_data() { addAllModelRows(); }
    void cachedDecodingEqualsTheWhole()
    {
        QFETCH(QString, model);
        const auto decoder = decoderOf(model);
        const Tensor ids = tokens(12);
        const Tensor whole = logitsOf(*decoder, ids);
        nn::KvCache cache(decoder->blueprint().layers, 4);
        std::vector<Tensor> rows = {continued(*decoder, cache, ids.narrow(0, 0, 5))};
        for (int64_t i = 5; i < 12; ++i) {
            rows.push_back(continued(*decoder, cache, ids.narrow(0, i, 1)));
        }
        QCOMPARE(difference("logits", at::cat(rows), whole, 1e-5), QString());
    }

    void packedEqualsOneByOne_data() { addAllModelRows(); }
    void packedEqualsOneByOne()
    {
        QFETCH(QString, model);
        const auto decoder = decoderOf(model);
        const std::vector<int64_t> lengths = {3, 1, 11, 6};
        std::vector<Tensor> ids;
        std::vector<Tensor> alone;
        for (const int64_t length : lengths) {
            ids.push_back(tokens(length, 5 * length));
            alone.push_back(logitsOf(*decoder, ids.back()));
        }
        const Tensor packed = logitsOf(*decoder, at::cat(ids), nn::packedPass(lengths));
        QCOMPARE(difference("logits", packed, at::cat(alone), 1e-5), QString());
    }

    void packedSequencesDoNotLeak_data() { addAllModelRows(); }
    void packedSequencesDoNotLeak()
    {
        QFETCH(QString, model);
        const auto decoder = decoderOf(model);
        const nn::Pass pass = nn::packedPass({4, 5, 3});
        const Tensor middle = tokens(5);
        const Tensor one = logitsOf(*decoder, at::cat({tokens(4, 1), middle, tokens(3, 9)}), pass);
        const Tensor two = logitsOf(*decoder, at::cat({tokens(4, 6), middle, tokens(3, 2)}), pass);
        QVERIFY(at::equal(one.narrow(0, 4, 5), two.narrow(0, 4, 5)));
        QVERIFY(!at::equal(one.narrow(0, 0, 4), two.narrow(0, 0, 4)));
    }

    void noGradientLeavesItsSequence_data() { addAllModelRows(); }
    void noGradientLeavesItsSequence()
    {
        QFETCH(QString, model);
        const auto decoder = decoderOf(model);
        Tensor& embedding = *decoder->parameters().front().tensor;
        embedding = embedding.to(at::kFloat).clone().set_requires_grad(true);
        const Tensor ids = at::tensor({1, 2, 3, 11, 12, 13, 21, 22}, at::kLong);
        const nn::Pass pass = nn::packedPass({3, 3, 2});
        const Tensor targets = at::tensor({-100, -100, -100, 12, 13, -100, -100, -100}, at::kLong);
        // A head of its own, so that the embedding's gradient comes from the inputs alone.
        Tensor& head = decoder->linears().back()->weight();
        head = head.detach().clone();
        const Tensor loss = decoder->loss(decoder->hidden(ids, pass), targets, pass).lossSum;
        loss.backward();
        const Tensor rows = embedding.grad().abs().sum(1);
        QVERIFY(rows.narrow(0, 11, 2).min().item<float>() > 0);
        QCOMPARE(rows.narrow(0, 0, 11).sum().item<float>(), 0.0F);
        QCOMPARE(rows.narrow(0, 13, 27).sum().item<float>(), 0.0F);
    }

    void laterTokensDoNotMatter_data() { addAllModelRows(); }
    void laterTokensDoNotMatter()
    {
        QFETCH(QString, model);
        const auto decoder = decoderOf(model);
        const Tensor ids = tokens(8);
        const Tensor other = at::cat({ids.narrow(0, 0, 6), tokens(2, 30)});
        QVERIFY(at::equal(logitsOf(*decoder, ids).narrow(0, 0, 6),
                          logitsOf(*decoder, other).narrow(0, 0, 6)));
    }

    void bfloat16IsClose_data() { addAllModelRows(); }
    void bfloat16IsClose()
    {
        QFETCH(QString, model);
        const fs::path real = sharedModel(model.toStdString());
        const models::ModelFolder folder = real.empty() ? openTiny(tinyModel(model.toStdString()))
                                                        : models::ModelFolder::open(real);
        const Tensor exact = logitsOf(*models::loadDecoder(folder, at::kFloat));
        const Tensor half = logitsOf(*models::loadDecoder(folder, at::kBFloat16));
        QCOMPARE(half.scalar_type(), at::kBFloat16);
        const double error = ((half.to(at::kFloat) - exact).norm() / exact.norm()).item<double>();
        QVERIFY2(error <= 3e-2, qPrintable(QString::number(error)));
        // Held in one type, computed in another.
        const auto mixed = models::loadDecoder(folder, at::kFloat, at::kBFloat16);
        QCOMPARE(mixed->linears().front()->weight().scalar_type(), at::kBFloat16);
        QCOMPARE(logitsOf(*mixed).scalar_type(), at::kFloat);
    }

    void thePrefixIsOptional()
    {
        const TinyModel with{"with", gpt2Config()};
        const TinyModel without{"without", gpt2Config(), at::kFloat, true};
        QVERIFY(openTiny(without).weights().has("h.0.attn.c_attn.weight"));
        QVERIFY(at::equal(logitsOf(*tinyDecoder(with)), logitsOf(*tinyDecoder(without))));
    }

    void bothFormsOfRopeAgree()
    {
        const Value scaling = changed(llama3Rope(), {{"rope_theta", nullptr}});
        const TinyModel older{"old",
                              llamaConfig({{"rope_theta", 500.0}, {"rope_scaling", scaling}})};
        const TinyModel newer{"new", llamaConfig({{"rope_parameters", llama3Rope()}})};
        const Tensor logits = logitsOf(*tinyDecoder(newer));
        QVERIFY(at::equal(logitsOf(*tinyDecoder(older)), logits));
        QVERIFY(!at::equal(logitsOf(*tinyDecoder(tinyModel("llama"))), logits));
    }

    void everySwitchOfTheConfigCounts_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<double>("number");
        QTest::newRow("epsilon") << "rms_norm_eps" << 0.5;
        QTest::newRow("theta") << "rope_theta" << 100.0;
    }
    void everySwitchOfTheConfigCounts()
    {
        QFETCH(QString, key);
        QFETCH(double, number);
        const TinyModel other{"other", llamaConfig({{key.toStdString(), number}})};
        QVERIFY(!difference("logits",
                            logitsOf(*tinyDecoder(other)),
                            logitsOf(*tinyDecoder(tinyModel("llama"))),
                            1e-3)
                     .isEmpty());
    }

    void greedyDecodingEqualsTheReference_data() { addRealRows(); }
    void greedyDecodingEqualsTheReference()
    {
        QFETCH(QString, model);
        const Value reference = golden(model);
        if (reference.isNull()) {
            QSKIP("the shared models are not there");
        }
        const auto decoder = decoderOf(model);
        for (const Value& row : reference["generate"].toList()) {
            const Tensor expected = idsOf(row["ids"]);
            const Tensor prompt = idsOf(row["prompt_ids"]);
            nn::KvCache cache(decoder->blueprint().layers, expected.size(0));
            Tensor logits = continued(*decoder, cache, prompt)[-1];
            const Tensor top = idsOf(row["top5_ids"]);
            QCOMPARE(
                difference("top", logits.index_select(0, top), floatsOf(row["top5_logits"]), 1e-5),
                QString());
            QCOMPARE(
                difference("first", logits.narrow(0, 0, 8), floatsOf(row["logits_first8"]), 1e-5),
                QString());
            std::vector<Tensor> ids = {prompt};
            for (int64_t i = prompt.size(0); i < expected.size(0); ++i) {
                ids.push_back(logits.argmax().reshape({1}));
                logits = continued(*decoder, cache, ids.back())[-1];
            }
            QVERIFY(at::equal(at::cat(ids), expected));
        }
    }

    void tokenLossesEqualTheReference_data() { addRealRows(); }
    void tokenLossesEqualTheReference()
    {
        QFETCH(QString, model);
        const Value reference = golden(model);
        if (reference.isNull()) {
            QSKIP("the shared models are not there");
        }
        const auto decoder = decoderOf(model);
        for (const Value& row : reference["nll"].toList()) {
            const Tensor ids = idsOf(row["ids"]);
            const int64_t count = ids.size(0) - 1;
            const nn::Pass pass = nn::packedPass({count});
            const Tensor nll = decoder->tokenNll(
                decoder->hidden(ids.narrow(0, 0, count), pass), ids.narrow(0, 1, count), pass);
            const Tensor expected = floatsOf(row["per_token"]);
            QVERIFY((nll.to(at::kDouble) - expected).abs().max().item<double>() <= 1e-4);
            QVERIFY(std::abs(nll.mean().item<double>() - row["mean_nll"].toDouble()) <= 1e-4);
        }
    }
};

QTEST_GUILESS_MAIN(TestFamilies)
#include "tst_families.moc"
