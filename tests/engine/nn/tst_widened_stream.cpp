// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Virtual tokens at both of their places. Where they hold the embeddings of real tokens they are
// those tokens, so that every number has a reference without them.
#include "engine/nn/widened_stream.h"

#include "engine/nn/kv_cache.h"
#include "tests/support/tiny_models.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>

using namespace engine;
using namespace tests;

namespace {

constexpr int64_t kPrefix = 2;
constexpr int64_t kInfix = 3;

class MadeTokens final : public nn::VirtualTokens
{
public:
    explicit MadeTokens(Tensor rows) : m_rows(std::move(rows)) {}
    int64_t count() const override { return m_rows.size(0); }
    int64_t infixCount() const override { return kInfix; }
    Tensor embeddings() const override { return m_rows; }

private:
    Tensor m_rows;
};

Tensor list(const std::vector<int64_t>& numbers)
{
    return at::tensor(numbers, at::kLong);
}

// A text whose tokens 0, 1 and 5, 6, 7 are played by virtual ones: prompt 2, 3, 4, answer 8 to 11.
struct Played
{
    explicit Played(const TinyModel& model) : decoder(tinyDecoder(model))
    {
        const Tensor all = at::embedding(*decoder->parameters().front().tensor, ids)
                           * decoder->parts().embeddingScale;
        real = logitsOf(*decoder, ids);
        made = std::make_unique<MadeTokens>(all.index_select(0, list({0, 1, 5, 6, 7})));
        decoder->attach(made.get());
    }

    // The logits that the text's own tokens must have: the last of the prompt, 4, predicts what
    // follows the infix.
    Tensor expected(int64_t answer = 4) const
    {
        std::vector<int64_t> rows = {2, 3, 7};
        for (int64_t i = 0; i < answer; ++i) {
            rows.push_back(8 + i);
        }
        return real.index_select(0, list(rows));
    }
    Tensor text(int64_t answer = 4) const
    {
        return at::cat({ids.narrow(0, 2, 3), ids.narrow(0, 8, answer)});
    }

    Tensor ids = tokens(12);
    std::unique_ptr<nn::Decoder> decoder;
    std::unique_ptr<MadeTokens> made;
    Tensor real;
};

nn::Pass passWith(const std::vector<int64_t>& lengths, std::vector<int64_t> prompts)
{
    nn::Pass pass = nn::packedPass(lengths);
    pass.prompts = std::move(prompts);
    return pass;
}

} // namespace

class TestWidenedStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theInfixStandsBehindThePrompt_data() { addTinyModelRows(); }
    void theInfixStandsBehindThePrompt()
    {
        QFETCH(QString, model);
        const Played played(tinyModel(model.toStdString()));
        QCOMPARE(played.decoder->textContext(),
                 played.decoder->blueprint().context - kPrefix - kInfix);
        const Tensor logits = logitsOf(*played.decoder, played.text(), passWith({7}, {3}));
        QCOMPARE(difference("logits", logits, played.expected(), 1e-5), QString());
        // Of unequal length in one stream: each has its own.
        const Tensor packed = logitsOf(
            *played.decoder, at::cat({played.text(2), played.text()}), passWith({5, 7}, {3, 3}));
        QCOMPARE(
            difference("packed", packed, at::cat({played.expected(2), played.expected()}), 1e-5),
            QString());
    }

    // Token by token after the prompt, as it is generated.
    void itStaysInTheCache_data() { addTinyModelRows(); }
    void itStaysInTheCache()
    {
        QFETCH(QString, model);
        const Played played(tinyModel(model.toStdString()));
        nn::KvCache cache(played.decoder->blueprint().layers, 4);
        std::vector<Tensor> rows;
        nn::Pass pass = passWith({3}, {3});
        pass.cache = &cache;
        rows.push_back(logitsOf(*played.decoder, played.text().narrow(0, 0, 3), pass));
        for (int64_t i = 3; i < 7; ++i) {
            nn::Pass next = nn::packedPass({1});
            next.cache = &cache;
            next.positions = list({i}); // of the text
            rows.push_back(logitsOf(*played.decoder, played.text().narrow(0, i, 1), next));
        }
        QCOMPARE(difference("logits", at::cat(rows), played.expected(), 1e-5), QString());
    }

    // Without prompts it follows the prefix, and no row stands for it.
    void withoutAPromptItFollowsThePrefix()
    {
        const Played played(tinyModel("llama"));
        played.decoder->detach(played.made.get());
        const Tensor all = at::embedding(*played.decoder->parameters().front().tensor, played.ids);
        const MadeTokens first(all.narrow(0, 0, kPrefix + kInfix));
        played.decoder->attach(&first);
        const Tensor text = played.ids.narrow(0, 5, 7);
        const Tensor expected = played.real.narrow(0, 5, 7);
        for (const nn::Pass& pass : {passWith({7}, {}), passWith({7}, {0})}) {
            QCOMPARE(difference("logits", logitsOf(*played.decoder, text, pass), expected, 1e-5),
                     QString());
        }
    }

    void rowsAndPositionsAreCounted()
    {
        const MadeTokens made(numbers({kPrefix + kInfix, 4}, 1).to(at::kFloat));
        const Tensor x = numbers({5, 4}, 2).to(at::kFloat);
        const nn::WidenedStream wide = nn::widened(x, passWith({3, 2}, {1, 2}), made);
        QCOMPARE(wide.pass.sequences.queryOffsets, (std::vector<int64_t>{0, 8, 15}));
        QVERIFY(at::equal(wide.pass.virtualRows, list({0, 1, 3, 4, 5, 8, 9, 12, 13, 14})));
        QVERIFY(at::equal(wide.tokenRows, list({5, 6, 7, 10, 14})));
        QVERIFY(
            at::equal(wide.pass.positions, list({0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6})));
        QVERIFY(at::equal(wide.x.index_select(0, list({2, 6, 7, 10, 11})), x));
        const Tensor state = numbers({kPrefix + kInfix, 4}, 3).to(at::kFloat);
        const Tensor replaced = nn::withVirtualRows(wide.x, wide.pass, state);
        QVERIFY(at::equal(replaced.index_select(0, wide.pass.virtualRows), state.repeat({2, 1})));
        QVERIFY(at::equal(replaced.index_select(0, list({2, 6, 7, 10, 11})), x));
    }
};

QTEST_GUILESS_MAIN(TestWidenedStream)
#include "tst_widened_stream.moc"
