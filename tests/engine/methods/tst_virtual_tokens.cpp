// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/virtual_tokens.h"

#include "tests/support/tuned_models.h"

using namespace engine;
using namespace tests;

namespace {

methods::AdapterState stateOf(const methods::Method& method, nn::Decoder& decoder)
{
    return method.attach(settingsOf(method), decoder, 3)->state();
}

} // namespace

class TestVirtualTokens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theyStandAloneAndWhole_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<qint64>("count");
        QTest::newRow("prompt_tuning") << "prompt_tuning" << qint64(20);
        QTest::newRow("prefix_tuning") << "prefix_tuning" << qint64(20);
        QTest::newRow("prefix_embedding") << "prefix_embedding" << qint64(8);
        QTest::newRow("prefix_layer") << "prefix_layer" << qint64(8);
    }
    void theyStandAloneAndWhole()
    {
        QFETCH(QString, id);
        QFETCH(qint64, count);
        const methods::Method& method = *methods::findMethod(id.toStdString());
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const methods::AdapterState state = stateOf(method, *decoder);
        QCOMPARE(failureOf([&] { method.apply(state, *decoder, 0.5); }).code,
                 std::string("unsupported"));
        QVERIFY(decoder->virtualTokens() == nullptr);
        const auto applied = method.apply(state, *decoder, 1);
        QCOMPARE(failureOf([&] { method.apply(state, *decoder, 1); }).code,
                 std::string("unsupported"));
        QCOMPARE(decoder->virtualTokens()->count(), int64_t(count));
        QCOMPARE(method.virtualTokens(state.settings), int64_t(count));
    }

    // Block by block keys, then values, as PEFT lays them out.
    void aPrefixIsLaidOutByBlocks()
    {
        const methods::Method& method = *methods::findMethod("prefix_tuning");
        const auto decoder = tinyDecoder(tinyModel("llama"));
        methods::AdapterState state = stateOf(method, *decoder);
        const nn::AttentionShape& shape = decoder->block(0).attention().shape();
        const int64_t width = shape.kvHeads * shape.headDim;
        const Tensor rows = state.own.front().value;
        QCOMPARE(rows.size(1), 2 * decoder->blueprint().layers * width);
        const auto applied = method.apply(state, *decoder, 1);
        for (int64_t layer = 0; layer < decoder->blueprint().layers; ++layer) {
            const auto [keys, values] = decoder->virtualTokens()->prefix(layer);
            QVERIFY(at::equal(keys.flatten(1), rows.narrow(1, 2 * layer * width, width)));
            QVERIFY(at::equal(values.flatten(1), rows.narrow(1, (2 * layer + 1) * width, width)));
        }
    }

    // Without an infix, prefix-embedding tuning is prompt tuning.
    void aPrefixWithoutInfixIsAPrompt_data() { addTinyModelRows(); }
    void aPrefixWithoutInfixIsAPrompt()
    {
        QFETCH(QString, model);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        const auto trained = [&](const char* id, const char* key) {
            const methods::Method& method = *methods::findMethod(id);
            const auto tuning = method.attach(settingsOf(method, {{key, 5}}), *decoder, 3);
            disturb(*tuning);
            nn::Pass pass = trainingPass(9);
            pass.prompts = {4};
            const Tensor loss = lossOf(*decoder, pass, tokens(9));
            loss.backward();
            return std::pair(loss.detach(), tuning->parameters().gradients().clone());
        };
        const auto prompt = trained("prompt_tuning", "num_virtual_tokens");
        const auto prefix = trained("prefix_embedding", "prefix_tokens");
        QVERIFY(at::equal(prefix.first, prompt.first));
        QVERIFY(at::equal(prefix.second, prompt.second));
    }

    void theLastTokensAreTheInfix_data()
    {
        QTest::addColumn<QString>("id");
        QTest::newRow("prefix_embedding") << "prefix_embedding";
        QTest::newRow("prefix_layer") << "prefix_layer";
    }
    void theLastTokensAreTheInfix()
    {
        QFETCH(QString, id);
        const methods::Method& method = *methods::findMethod(id.toStdString());
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const auto settings = settingsOf(method, {{"prefix_tokens", 2}, {"infix_tokens", 3}});
        const auto tuning = method.attach(settings, *decoder, 3);
        QCOMPARE(decoder->virtualTokens()->count(), int64_t(5));
        QCOMPARE(decoder->virtualTokens()->infixCount(), int64_t(3));
        QCOMPARE(decoder->textContext(), decoder->blueprint().context - 5);
        // Where a prompt ends is where they stand.
        const auto logitsFor = [&](int64_t prompt) {
            nn::Pass pass = nn::packedPass({9});
            pass.prompts = {prompt};
            return logitsOf(*decoder, tokens(9), pass);
        };
        QVERIFY(!difference("logits", logitsFor(5)[8], logitsFor(4)[8], 1e-3).isEmpty());
        const Error none = failureOf([&] {
            settingsOf(method, {{"prefix_tokens", 0}, {"infix_tokens", 0}});
        });
        QCOMPARE(none.code, std::string("bad_field"));
        QCOMPARE(none.where, std::string("method.prefix_tokens"));
        settingsOf(method, {{"prefix_tokens", 0}, {"infix_tokens", 1}});
    }

    // Before training, states per block change nothing that embeddings alone would not do.
    void statesBeginAsWhatTheModelMakesOfTheTokens_data() { addTinyModelRows(); }
    void statesBeginAsWhatTheModelMakesOfTheTokens()
    {
        QFETCH(QString, model);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        const auto logitsWith = [&](const char* id) {
            const methods::Method& method = *methods::findMethod(id);
            const auto tuning = method.attach(settingsOf(method), *decoder, 3);
            return logitsOf(*decoder);
        };
        QCOMPARE(
            difference("logits", logitsWith("prefix_layer"), logitsWith("prefix_embedding"), 1e-5),
            QString());
    }

    void everyBlockButTheLastHasAStateAfterIt()
    {
        const methods::Method& method = *methods::findMethod("prefix_layer");
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const auto tuning = method.attach(settingsOf(method), *decoder, 3);
        const Tensor& states = tuning->parameters().leaf(0);
        const int64_t layers = decoder->blueprint().layers;
        const nn::VirtualTokens& tokens = *decoder->virtualTokens();
        QVERIFY(at::equal(tokens.embeddings(), states[0]));
        for (int64_t layer = 0; layer + 1 < layers; ++layer) {
            QVERIFY(at::equal(tokens.stateAfterBlock(layer), states[layer + 1]));
        }
        QVERIFY(!tokens.stateAfterBlock(layers - 1).defined());
    }

    void aPromptBeginsAsTokensOfTheVocabulary()
    {
        const methods::Method& method = *methods::findMethod("prompt_tuning");
        const auto decoder = tinyDecoder(tinyModel("gemma"));
        const Tensor vocabulary =
            decoder->parts().tokenEmbedding.weight() * decoder->parts().embeddingScale;
        const Tensor rows = stateOf(method, *decoder).own.front().value;
        for (int64_t row = 0; row < rows.size(0); ++row) {
            QVERIFY((vocabulary - rows[row]).abs().amax(1).min().item<float>() == 0.0F);
        }
    }
};

QTEST_GUILESS_MAIN(TestVirtualTokens)
#include "tst_virtual_tokens.moc"
