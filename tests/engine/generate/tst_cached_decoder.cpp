// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/continuation.h"
#include "tests/support/decoding.h"

using namespace engine;
using namespace tests;
using generate::CachedDecoder;
using Sequences = std::vector<std::vector<int64_t>>;

namespace {

// The last row of a pass over the whole sequence.
Tensor whole(const nn::Decoder& decoder, const std::vector<int64_t>& ids, int64_t prompt = 0)
{
    nn::Pass pass = nn::packedPass({static_cast<int64_t>(ids.size())});
    pass.prompts = {prompt};
    return logitsOf(decoder, at::tensor(ids, at::kLong), pass)[-1].to(at::kFloat);
}

// Two tokens before the text, three behind its prompt.
class MadeTokens final : public nn::VirtualTokens
{
public:
    explicit MadeTokens(int64_t hidden) : m_rows(numbers({5, hidden}, 9).to(at::kFloat)) {}
    int64_t count() const override { return 5; }
    int64_t infixCount() const override { return 3; }
    Tensor embeddings() const override { return m_rows; }

private:
    Tensor m_rows;
};

} // namespace

class CachedDecoderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Past every window and past LongRoPE's switch.
    void tokenByTokenEqualsTheWhole_data() { addTinyModelRows(); }
    void tokenByTokenEqualsTheWhole()
    {
        QFETCH(QString, model);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        const at::NoGradGuard noGrad;
        const std::vector<int64_t> ids = idsOf(tokens(40));
        generate::Continuation continuation(*decoder, 40);
        CachedDecoder cached(*decoder, 40);
        std::size_t done = 0;
        for (const std::size_t count : {3, 1, 1, 9, 1, 1, 1, 12, 1, 1, 1, 1, 1, 1, 1, 1}) {
            const std::vector<int64_t> piece(ids.begin() + static_cast<std::ptrdiff_t>(done),
                                             ids.begin()
                                                 + static_cast<std::ptrdiff_t>(done + count));
            done += count;
            const Tensor expected =
                whole(*decoder, {ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(done)});
            const std::span<const float> next = continuation.next(piece);
            const Tensor actual = tensorOf(next);
            QCOMPARE(difference("logits", actual, expected, 1e-5), QString());
            QCOMPARE(difference("cached", cached.next({&piece, 1})[0], expected, 1e-5), QString());
        }
    }

    // Sequences that fork, die and go on side by side; each as if it were alone.
    void sequencesGoOnSideBySide_data() { addTinyModelRows(); }
    void sequencesGoOnSideBySide()
    {
        QFETCH(QString, model);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        const at::NoGradGuard noGrad;
        CachedDecoder cached(*decoder, 50);
        Sequences sequences = {idsOf(tokens(29))};
        cached.next(sequences);
        int64_t token = 0;
        for (const std::vector<int64_t>& parents :
             Sequences{{0, 0, 0}, {2, 2, 0}, {1, 0, 1}, {0, 1, 2}, {2}, {0, 0}, {1, 0}}) {
            cached.reorder(parents);
            Sequences next;
            Sequences news;
            for (const int64_t parent : parents) {
                next.push_back(sequences[static_cast<std::size_t>(parent)]);
                token = (token + 7) % 40;
                next.back().push_back(token);
                news.push_back({token});
            }
            sequences = std::move(next);
            const Tensor logits = cached.next(news);
            for (std::size_t i = 0; i < sequences.size(); ++i) {
                QCOMPARE(difference("logits",
                                    logits[static_cast<int64_t>(i)],
                                    whole(*decoder, sequences[i]),
                                    1e-5),
                         QString());
            }
        }
    }

    // Behind the prompt as it was given, for beams that fork from it as well.
    void anInfixStaysWhereThePromptEnded_data() { addTinyModelRows(); }
    void anInfixStaysWhereThePromptEnded()
    {
        QFETCH(QString, model);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        const MadeTokens made(decoder->blueprint().hiddenSize);
        decoder->attach(&made);
        const at::NoGradGuard noGrad;
        const std::vector<int64_t> ids = idsOf(tokens(40));
        const std::vector<int64_t> prompt(ids.begin(), ids.begin() + 6);
        generate::Continuation continuation(*decoder, 40);
        CachedDecoder forked(*decoder, 40);
        continuation.next(prompt);
        forked.next({&prompt, 1});
        forked.reorder(std::vector<int64_t>{0, 0});
        std::vector<int64_t> so(prompt);
        for (std::size_t i = prompt.size(); i < ids.size(); ++i) {
            so.push_back(ids[i]);
            const Tensor expected = whole(*decoder, so, 6);
            const std::span<const float> next = continuation.next({&ids[i], 1});
            const Tensor actual = tensorOf(next);
            QCOMPARE(difference("logits", actual, expected, 1e-5), QString());
            const Tensor both = forked.next(Sequences{{ids[i]}, {ids[i]}});
            QCOMPARE(difference("fork", both[1], expected, 1e-5), QString());
        }
    }

    // Dynamic NTK keeps the keys as they were turned, as transformers does.
    void dynamicRopeTurnsOnlyWhatIsNew()
    {
        const Value rope = Value::object({{"rope_type", "dynamic"}, {"factor", 4.0}});
        const auto decoder = tinyDecoder(
            {"dynamic", llamaConfig({{"rope_scaling", rope}, {"max_position_embeddings", 12}})});
        QCOMPARE(decoder->blueprint().context, int64_t{48});
        const at::NoGradGuard noGrad;
        const std::vector<int64_t> ids = idsOf(tokens(20));
        CachedDecoder cached(*decoder, 48);
        const std::vector<int64_t> first(ids.begin(), ids.begin() + 12);
        QCOMPARE(difference("up to it", cached.next({&first, 1})[0], whole(*decoder, first), 1e-5),
                 QString());
        const std::vector<int64_t> rest(ids.begin() + 12, ids.end());
        const Tensor beyond = cached.next({&rest, 1})[0];
        QVERIFY(!difference("beyond", beyond, whole(*decoder, ids), 1e-3).isEmpty());
    }
};

QTEST_GUILESS_MAIN(CachedDecoderTest)
#include "tst_cached_decoder.moc"
