// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Decoding sessions against the composed forward pass of the same decoder: every tiny model, both
// computing types, prompts cut in every way, adapters attached and taken off again.
#include "engine/kernels/processor.h"
#include "engine/methods/dora_adapter.h"
#include "tests/support/decoding.h"

using namespace engine;
using namespace tests;

namespace {

class Factors final : public nn::Adapter
{
public:
    Factors(Tensor a, Tensor b, kernels::RowSlice rows)
        : m_a(a.to(at::kFloat)), m_b(b.to(at::kFloat)), m_rows(rows)
    {
    }
    std::optional<kernels::LowRank> lowRank(const nn::Pass&) const override
    {
        kernels::LowRank update;
        update.a = m_a;
        update.b = m_b;
        update.scale = 0.5;
        update.rows = m_rows;
        return update;
    }
    Tensor forward(const Tensor&, const Tensor& base, const nn::Pass&) const override
    {
        return base;
    }

private:
    Tensor m_a;
    Tensor m_b;
    kernels::RowSlice m_rows;
};

struct Nothing final : nn::SiteModule
{
    Tensor forward(const Tensor& output, const Tensor&, const nn::Pass&) const override
    {
        return output;
    }
};

struct Opaque final : nn::Adapter
{
    Tensor forward(const Tensor&, const Tensor& base, const nn::Pass&) const override
    {
        return base;
    }
};

using Attached = std::vector<std::unique_ptr<nn::Adapter>>;

// An adapter on every linear layer, head included: a slice of rows, and one in groups where the
// layer is wide enough.
Attached attachEverywhere(nn::Decoder& decoder, int64_t rank)
{
    Attached factors;
    int64_t seed = 100;
    for (nn::Linear* layer : decoder.linears()) {
        const int64_t out = layer->spec().out;
        for (const kernels::RowSlice rows :
             {kernels::RowSlice::plain(1, out - 3), kernels::RowSlice{2, 3, 8, out / 8}}) {
            const Tensor a = numbers({rank, layer->spec().in}, seed++).mul(0.2);
            const Tensor b = numbers({rows.rows(), rank}, seed++).mul(0.2);
            factors.push_back(std::make_unique<Factors>(a, b, rows));
            layer->attach(factors.back().get());
        }
    }
    return factors;
}

// The same of updates that set the lengths of their rows, a slice each.
Attached attachLengths(nn::Decoder& decoder, int64_t rank)
{
    Attached adapters;
    int64_t seed = 500;
    for (nn::Linear* layer : decoder.linears()) {
        const int64_t rows = layer->spec().out - 3;
        kernels::LowRank update;
        update.a = numbers({rank, layer->spec().in}, seed++).mul(0.2).to(at::kFloat);
        update.b = numbers({rows, rank}, seed++).mul(0.2).to(at::kFloat);
        update.rows = kernels::RowSlice::plain(1, rows);
        const Tensor norms = layer->dense(at::kFloat).narrow(0, 1, rows).square().sum(1).sqrt();
        const Tensor magnitude = norms * (numbers({rows}, seed++).to(at::kFloat) * 0.1 + 1);
        adapters.push_back(
            std::make_unique<methods::DoraAdapter>("", *layer, std::move(update), magnitude));
        layer->attach(adapters.back().get());
    }
    return adapters;
}

void detachAll(nn::Decoder& decoder, const Attached& factors)
{
    for (nn::Linear* layer : decoder.linears()) {
        for (const auto& factor : factors) {
            layer->detach(factor.get());
        }
    }
}

} // namespace

class DecodeSessionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (kernels::instructionSet() == kernels::InstructionSet::None) {
            QSKIP("no packed kernels on this processor");
        }
    }

    void equalsTheComposedForward_data() { addPlannableRows(1); }
    void equalsTheComposedForward()
    {
        QFETCH(QString, model);
        QFETCH(int, dtype);
        const auto decoder =
            tinyDecoder(tinyModel(model.toStdString()), static_cast<at::ScalarType>(dtype));
        const at::NoGradGuard noGrad;
        for (const int64_t count : {1, 2, 4, 17, 40}) {
            if (!nn::isPlannable(*decoder, count)) { // it turns by other frequencies then
                break;
            }
            const Tensor ids = tokens(count);
            const Tensor expected = composed(*decoder, ids);
            const double tolerance = toleranceOf(*decoder);
            QCOMPARE(difference("token by token", decoded(*decoder, ids), expected, tolerance),
                     QString());
            QCOMPARE(difference("at once", decoded(*decoder, ids, {count}), expected, tolerance),
                     QString());
        }
        if (!nn::isPlannable(*decoder, 40)) {
            return;
        }
        for (const std::vector<int64_t>& pieces :
             {std::vector<int64_t>{3, 1, 20}, std::vector<int64_t>{3, 1, 36}}) {
            QCOMPARE(difference("in pieces",
                                decoded(*decoder, tokens(40), pieces),
                                composed(*decoder, tokens(40)),
                                toleranceOf(*decoder)),
                     QString());
        }
    }

    // The composed form makes the whole weights dense; adapters lie beside them.
    void quantizedBasesToo_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("dtype");
        QTest::addColumn<int>("form");
        QTest::addColumn<bool>("hasEmbeddings");
        for (const TinyModel& model : tinyModels()) {
            if (!nn::isPlannable(*tinyDecoder(model), 30)) {
                continue;
            }
            for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
                for (const auto form : {kernels::Quantization::Nf4, kernels::Quantization::Int8}) {
                    for (const bool hasEmbeddings : {false, true}) {
                        QTest::addRow("%s in %s, %s%s",
                                      model.name.c_str(),
                                      c10::toString(dtype),
                                      form == kernels::Quantization::Nf4 ? "nf4" : "int8",
                                      hasEmbeddings ? ", embeddings" : "")
                            << QString::fromStdString(model.name) << static_cast<int>(dtype)
                            << static_cast<int>(form) << hasEmbeddings;
                    }
                }
            }
        }
    }
    void quantizedBasesToo()
    {
        QFETCH(QString, model);
        QFETCH(int, dtype);
        QFETCH(int, form);
        QFETCH(bool, hasEmbeddings);
        const auto type = static_cast<at::ScalarType>(dtype);
        const auto decoder =
            models::loadDecoder(openTiny(tinyModel(model.toStdString())),
                                type,
                                type,
                                at::Device(at::kCPU),
                                {static_cast<kernels::Quantization>(form), true, hasEmbeddings});
        QVERIFY(decoder->linears().front()->isQuantized());
        QCOMPARE(decoder->linears().back()->isQuantized(), hasEmbeddings);
        QCOMPARE(decoder->parts().tokenEmbedding.isQuantized(), hasEmbeddings);
        QVERIFY(nn::isPlannable(*decoder, 30));
        const at::NoGradGuard noGrad;
        const Tensor ids = tokens(30);
        const double tolerance = toleranceOf(*decoder);
        const Tensor plain = composed(*decoder, ids);
        QCOMPARE(difference("token by token", decoded(*decoder, ids), plain, tolerance), QString());
        QCOMPARE(difference("at once", decoded(*decoder, ids, {30}), plain, tolerance), QString());
        const auto factors = attachEverywhere(*decoder, 3);
        QCOMPARE(
            difference("adapted", decoded(*decoder, ids, {20}), composed(*decoder, ids), tolerance),
            QString());
        detachAll(*decoder, factors);
        const auto lengths = attachLengths(*decoder, 3);
        QVERIFY(nn::isPlannable(*decoder, 30));
        QCOMPARE(
            difference("lengths", decoded(*decoder, ids, {20}), composed(*decoder, ids), tolerance),
            QString());
        detachAll(*decoder, lengths);
    }

    void oddSizesAndGroupedHeads_data()
    {
        QTest::addColumn<int>("keyHeads");
        QTest::addColumn<int>("headDim");
        for (const int keyHeads : {1, 3, 6}) {
            for (const int headDim : {2, 6, 18}) {
                QTest::addRow("%d key heads of %d", keyHeads, headDim) << keyHeads << headDim;
            }
        }
    }
    void oddSizesAndGroupedHeads()
    {
        QFETCH(int, keyHeads);
        QFETCH(int, headDim);
        TinyModel model{"odd",
                        llamaConfig({{"hidden_size", 35},
                                     {"intermediate_size", 51},
                                     {"num_attention_heads", 6},
                                     {"num_key_value_heads", keyHeads},
                                     {"head_dim", headDim},
                                     {"vocab_size", 41},
                                     {"max_position_embeddings", 300}})};
        const at::NoGradGuard noGrad;
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
            const auto decoder = tinyDecoder(model, dtype);
            const Tensor ids = tokens(300, 3, 41); // more than one block of rows, the context full
            QCOMPARE(difference("logits",
                                decoded(*decoder, ids, {290}),
                                composed(*decoder, ids),
                                toleranceOf(*decoder)),
                     QString());
        }
    }

    // Norms of heads and behind sub-layers, two rotary tables, a scale and windows.
    void gemma3BehindItsWindows()
    {
        const TinyModel model{"gemma3",
                              familyConfig("gemma3_text",
                                           {{"head_dim", 12},
                                            {"sliding_window", 70},
                                            {"sliding_window_pattern", 2},
                                            {"max_position_embeddings", 400},
                                            {"query_pre_attn_scalar", 10}})};
        const at::NoGradGuard noGrad;
        const Tensor ids = tokens(300);
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
            const auto decoder = tinyDecoder(model, dtype);
            const auto factors = attachEverywhere(*decoder, 3);
            QCOMPARE(difference("logits",
                                decoded(*decoder, ids, {290}),
                                composed(*decoder, ids),
                                toleranceOf(*decoder)),
                     QString());
            detachAll(*decoder, factors);
        }
    }

    void gpt2WithAnOddHead()
    {
        TinyModel model{"odd", gpt2Config({{"n_embd", 33}, {"n_head", 3}, {"vocab_size", 37}})};
        const at::NoGradGuard noGrad;
        const auto decoder = tinyDecoder(model);
        const Tensor ids = tokens(30, 3, 37);
        QCOMPARE(
            difference(
                "logits", decoded(*decoder, ids, {20}), composed(*decoder, ids), kFloatTolerance),
            QString());
    }

    void everyFamilyHasThePlanItAllows_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("most"); // tokens a session may have
        QTest::newRow("llama") << "llama" << 64;
        QTest::newRow("llama biases") << "llama tied, biases" << 64;
        QTest::newRow("gpt2") << "gpt2" << 64;
        QTest::newRow("qwen2") << "qwen2" << 64;
        QTest::newRow("gemma") << "gemma" << 64;
        QTest::newRow("mistral: a window") << "mistral" << 64;
        QTest::newRow("qwen2: windows") << "qwen2 windows" << 64;
        QTest::newRow("qwen3") << "qwen3" << 64;
        QTest::newRow("gemma2: caps, norms") << "gemma2" << 64;
        QTest::newRow("gemma3") << "gemma3_text" << 64;
        QTest::newRow("phi3: up to its first context") << "phi3" << 32;
        QTest::newRow("gpt_neox: parallel") << "gpt_neox" << 64;
        QTest::newRow("gpt_neox: q, k, v by head") << "gpt_neox sequential" << 64;
    }
    void everyFamilyHasThePlanItAllows()
    {
        QFETCH(QString, model);
        QFETCH(int, most);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        for (int capacity = 1; capacity <= 64; ++capacity) {
            QCOMPARE(nn::isPlannable(*decoder, capacity), capacity <= most);
        }
    }

    // LongRoPE turns by other frequencies beyond its first context.
    void aLongerSequenceMayNeedAnotherTable()
    {
        Value rope = longRope();
        rope.set("partial_rotary_factor", 1.0);
        rope.set("short_factor", Value::list(std::vector<double>{1, 1.2, 1.5, 2}));
        rope.set("long_factor", Value::list(std::vector<double>{1, 2, 4, 6}));
        rope.set("original_max_position_embeddings", 16);
        const TinyModel model{"longrope", llamaConfig({{"rope_parameters", rope}})};
        const auto decoder = tinyDecoder(model);
        QVERIFY(nn::isPlannable(*decoder, 16));
        QVERIFY(!nn::isPlannable(*decoder, 17));
        const at::NoGradGuard noGrad;
        const Tensor ids = tokens(16);
        QCOMPARE(
            difference("logits", decoded(*decoder, ids), composed(*decoder, ids), kFloatTolerance),
            QString());
    }

    void adaptersComeAndGo_data()
    {
        QTest::addColumn<QString>("model");
        for (const TinyModel& model : tinyModels()) {
            if (nn::isPlannable(*tinyDecoder(model), 20)) {
                QTest::newRow(model.name.c_str()) << QString::fromStdString(model.name);
            }
        }
    }
    void adaptersComeAndGo()
    {
        QFETCH(QString, model);
        const at::NoGradGuard noGrad;
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        const Tensor ids = tokens(20);
        const Tensor plain = decoded(*decoder, ids, {12});
        for (const int64_t rank : {1, 3, 8, 11}) {
            const auto factors = attachEverywhere(*decoder, rank);
            const Tensor adapted = decoded(*decoder, ids, {12});
            QCOMPARE(difference("adapted", adapted, composed(*decoder, ids), kFloatTolerance),
                     QString());
            QVERIFY(!difference("with and without", adapted, plain, 1e-3).isEmpty());
            detachAll(*decoder, factors);
            QVERIFY(at::equal(decoded(*decoder, ids, {12}), plain));
            const auto lengths = attachLengths(*decoder, rank);
            QVERIFY(nn::isPlannable(*decoder, 20));
            QCOMPARE(difference("lengths",
                                decoded(*decoder, ids, {12}),
                                composed(*decoder, ids),
                                kFloatTolerance),
                     QString());
            detachAll(*decoder, lengths);
            QVERIFY(at::equal(decoded(*decoder, ids, {12}), plain));
        }
    }

    void followsWeightsThatTrain()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const Tensor ids = tokens(9);
        nn::Linear* const layer = decoder->linears()[3];
        const Tensor frozen = layer->weight();
        layer->weight() = frozen.clone().requires_grad_();
        decoded(*decoder, ids); // packs nothing that would stay
        const at::NoGradGuard noGrad;
        std::fill_n(layer->weight().data_ptr<float>(), 40, 0.5F); // as the flat optimiser writes
        QCOMPARE(
            difference("logits", decoded(*decoder, ids), composed(*decoder, ids), kFloatTolerance),
            QString());
        layer->weight() = frozen;
        QCOMPARE(difference(
                     "restored", decoded(*decoder, ids), composed(*decoder, ids), kFloatTolerance),
                 QString());
    }

    void theNumberOfThreadsChangesRoundingAlone()
    {
        // Wide enough for prompts to be shared out.
        TinyModel model{"wide",
                        llamaConfig({{"hidden_size", 128},
                                     {"intermediate_size", 512},
                                     {"attention_bias", true},
                                     {"mlp_bias", true},
                                     {"max_position_embeddings", 256}})};
        const at::NoGradGuard noGrad;
        const auto decoder = tinyDecoder(model);
        const auto lengths = attachLengths(*decoder, 3);
        QCOMPARE(differenceByThreads(*decoder, tokens(150), {140}), QString());
        detachAll(*decoder, lengths);
    }

    // Another session's rows serve as if they had been read: bit for bit, whatever stands behind
    // them.
    void goesOnFromWhatAnotherReleased_data() { addPlannableRows(60); }
    void goesOnFromWhatAnotherReleased()
    {
        QFETCH(QString, model);
        QFETCH(int, dtype);
        const auto decoder =
            tinyDecoder(tinyModel(model.toStdString()), static_cast<at::ScalarType>(dtype));
        constexpr int64_t kMost = 60;
        const at::NoGradGuard noGrad;
        const auto factors = attachEverywhere(*decoder, 3);
        const std::vector<int64_t> before = idsOf(tokens(30));
        for (const int64_t common : {1, 2, 15, 16, 17, 22}) {
            std::vector<int64_t> ids = idsOf(tokens(kMost, 7));
            std::copy_n(before.begin(), common, ids.begin());
            const std::span<const int64_t> prompt = std::span(ids).first(common + 19);

            nn::DecodeSession first(*decoder, kMost);
            first.next(std::span(before).first(25));
            for (std::size_t i = 25; i < before.size(); ++i) {
                first.next({&before[i], 1});
            }
            nn::DecodeSession second(*decoder, kMost);
            second.resume(first.release(), common);
            nn::DecodeSession whole(*decoder, kMost);
            QVERIFY(
                at::equal(tensorOf(second.next(prompt.subspan(static_cast<std::size_t>(common)))),
                          tensorOf(whole.next(prompt))));
            for (std::size_t i = prompt.size(); i < ids.size(); ++i) {
                QVERIFY(at::equal(tensorOf(second.next({&ids[i], 1})),
                                  tensorOf(whole.next({&ids[i], 1}))));
            }
        }
        detachAll(*decoder, factors);
    }

    void refusesWhatDoesNotFit()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        nn::DecodeSession session(*decoder, 4);
        const std::vector<int64_t> ids = {1, 2, 3, 4, 5};
        QVERIFY_EXCEPTION_THROWN(session.next(ids), c10::Error);
        QVERIFY_EXCEPTION_THROWN(session.next({}), c10::Error);
        QVERIFY_EXCEPTION_THROWN(session.next(std::vector<int64_t>{40}), c10::Error);
        QVERIFY_EXCEPTION_THROWN(session.resume(nn::DecodeCache(), 1), c10::Error);
        session.next(std::span(ids).first(4));
        QCOMPARE(session.length(), int64_t{4});
        QVERIFY_EXCEPTION_THROWN(session.next(std::span(ids).first(1)), c10::Error);
    }

    void onlyStandardDecodersHaveAPlan()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        QVERIFY(nn::isPlannable(*decoder));
        const Nothing site;
        decoder->block(1).attach(nn::Site::MlpOutput, &site);
        QVERIFY(!nn::isPlannable(*decoder));
        decoder->block(1).detach(nn::Site::MlpOutput, &site);
        const Opaque adapter;
        decoder->linears()[2]->attach(&adapter);
        QVERIFY(!nn::isPlannable(*decoder));
        decoder->linears()[2]->detach(&adapter);
        QVERIFY(nn::isPlannable(*decoder));
        QVERIFY(!nn::isPlannable(*tinyDecoder(tinyModel("llama"), at::kHalf)));
    }
};

QTEST_GUILESS_MAIN(DecodeSessionTest)
#include "tst_decode_session.moc"
