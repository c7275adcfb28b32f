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
        QTest::newRow("prompt_tuning") << "prompt_tuning";
        QTest::newRow("prefix_tuning") << "prefix_tuning";
    }
    void theyStandAloneAndWhole()
    {
        QFETCH(QString, id);
        const methods::Method& method = *methods::findMethod(id.toStdString());
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const methods::AdapterState state = stateOf(method, *decoder);
        QCOMPARE(failureOf([&] { method.apply(state, *decoder, 0.5); }).code,
                 std::string("unsupported"));
        QVERIFY(decoder->virtualTokens() == nullptr);
        const auto applied = method.apply(state, *decoder, 1);
        QCOMPARE(failureOf([&] { method.apply(state, *decoder, 1); }).code,
                 std::string("unsupported"));
        QCOMPARE(decoder->virtualTokens()->count(), int64_t(20));
        QCOMPARE(method.virtualTokens(state.settings), int64_t(20));
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

    void aPromptBeginsAsTokensOfTheVocabulary()
    {
        const methods::Method& method = *methods::findMethod("prompt_tuning");
        const auto decoder = tinyDecoder(tinyModel("gemma"));
        const Tensor vocabulary = decoder->parts().tokenEmbedding * decoder->parts().embeddingScale;
        const Tensor rows = stateOf(method, *decoder).own.front().value;
        for (int64_t row = 0; row < rows.size(0); ++row) {
            QVERIFY((vocabulary - rows[row]).abs().amax(1).min().item<float>() == 0.0F);
        }
    }
};

QTEST_GUILESS_MAIN(TestVirtualTokens)
#include "tst_virtual_tokens.moc"
