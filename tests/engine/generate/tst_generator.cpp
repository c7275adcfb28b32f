// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Generation with a model that recites: its positions are one-hot, its head maps every position to
// the next token of a script, so each way to end can be asked for.
#include "engine/generate/generator.h"
#include "tests/engine/text/fixture.h"
#include "tests/support/tiny_models.h"

#include <ATen/ops/eye.h>
#include <ATen/ops/full.h>

#include <limits>

using namespace engine;
using generate::Generation;
using generate::GenerationSettings;

namespace {

constexpr int64_t kContext = 64;
constexpr int64_t kVocabulary = 264; // of the byte tokenizer
constexpr int64_t kPrompt = 0;       // any token: the model looks at positions only

// Says script[p] after position p; after its end the last token for ever.
std::unique_ptr<nn::Decoder> reciter(const std::vector<int64_t>& script)
{
    tests::TinyModel model;
    model.config = tests::gpt2Config({{"vocab_size", kVocabulary},
                                      {"n_embd", kContext},
                                      {"n_positions", kContext},
                                      {"n_layer", 1},
                                      {"tie_word_embeddings", false}});
    std::map<std::string, at::Tensor> weights = tests::tinyWeights(model);
    for (auto& [name, tensor] : weights) {
        if (!name.ends_with("ln_f.weight")) {
            tensor.zero_();
        }
    }
    weights["transformer.ln_f.weight"].fill_(1);
    weights["transformer.wpe.weight"] = at::eye(kContext, at::kFloat);
    at::Tensor& head = weights["lm_head.weight"];
    for (int64_t p = 0; p < kContext; ++p) {
        const auto last = static_cast<int64_t>(script.size()) - 1;
        head[script[static_cast<std::size_t>(std::min(p, last))]][p] = 10;
    }
    const QTemporaryDir folder;
    tests::writeModel(tests::pathOf(folder), model.config, weights);
    return models::loadDecoder(models::ModelFolder::open(tests::pathOf(folder)), at::kFloat);
}

GenerationSettings greedy(std::vector<std::string> stops = {})
{
    GenerationSettings settings;
    settings.sampling.temperature = 0;
    settings.stopStrings = std::move(stops);
    settings.maxNewTokens = 12;
    return settings;
}

} // namespace

class GeneratorTest : public QObject
{
    Q_OBJECT

private:
    const fixture::ModelFolder m_folder;
    const text::Tokenizer m_tokenizer = m_folder.tokenizer();
    std::vector<std::string> m_pieces;

    std::vector<int64_t> idsOf(const std::string& text) const
    {
        return m_tokenizer.encodePlain(text);
    }

    // Recites `text`, then `end` (dots without it).
    Generation recite(const std::string& text,
                      const GenerationSettings& settings,
                      std::optional<int64_t> end = {},
                      std::size_t cancelAfter = 1000)
    {
        std::vector<int64_t> script = idsOf(text);
        script.push_back(end.value_or(idsOf(".").front()));
        m_pieces.clear();
        return generate::generate(*reciter(script),
                                  m_tokenizer,
                                  {kPrompt},
                                  settings,
                                  [this, cancelAfter](const std::string& piece) {
                                      m_pieces.push_back(piece);
                                      return m_pieces.size() < cancelAfter;
                                  });
    }

    std::string streamed() const
    {
        std::string all;
        for (const std::string& piece : m_pieces) {
            all += piece;
        }
        return all;
    }

private Q_SLOTS:
    void endsAtAStopIdWithoutIt()
    {
        const Generation result = recite("hello", greedy(), m_tokenizer.eosId());
        QCOMPARE(result.text, "hello");
        QCOMPARE(result.stop, "eos");
        QCOMPARE(result.ids, idsOf("hello"));
        QCOMPARE(result.logProbabilities.size(), 5u);
        QCOMPARE(streamed(), "hello");
    }

    void endsAtTheAskedLength()
    {
        const Generation result = recite("hi", greedy());
        QCOMPARE(result.text, "hi..........");
        QCOMPARE(result.stop, "length");
    }

    void endsAtTheModelsContext()
    {
        GenerationSettings settings = greedy();
        settings.maxNewTokens = 1000;
        const std::vector<int64_t> prompt(kContext - 3, kPrompt);
        const Generation result =
            generate::generate(*reciter(idsOf(std::string(kContext - 4, '.') + "xyz!")),
                               m_tokenizer,
                               prompt,
                               settings);
        QCOMPARE(result.text, "xyz");
        QCOMPARE(result.stop, "length");
    }

    void refusesAPromptWithoutRoom_data()
    {
        QTest::addColumn<int>("length");
        QTest::newRow("empty") << 0;
        QTest::newRow("fills the context") << int(kContext);
        QTest::newRow("longer than the context") << int(kContext) + 1;
    }
    void refusesAPromptWithoutRoom()
    {
        QFETCH(int, length);
        const std::vector<int64_t> prompt(static_cast<std::size_t>(length), kPrompt);
        const Error error = tests::failureOf(
            [&] { generate::generate(*reciter({1}), m_tokenizer, prompt, greedy()); });
        QCOMPARE(error.code, std::string(code::kBadArgument));
        QVERIFY(error.message.find(std::to_string(length) + " tokens") != std::string::npos);
    }

    void cutsAtAStopString_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QStringList>("stops");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("stop");
        QTest::newRow("across tokens") << "abENxENDc" << QStringList{"END"} << "abENx"
                                       << "stop_string";
        QTest::newRow("at once") << "ENDabc" << QStringList{"END"} << ""
                                 << "stop_string";
        QTest::newRow("the first of two") << "a#b\nc" << QStringList{"\n", "#"} << "a"
                                          << "stop_string";
        QTest::newRow("overlapping itself") << "aabaabaac" << QStringList{"abaac"} << "aaba"
                                            << "stop_string";
        QTest::newRow("in Korean") << "가나다라" << QStringList{"다"} << "가나"
                                   << "stop_string";
        QTest::newRow("an empty one is none")
            << "abcdefghijklmn" << QStringList{""} << "abcdefghijkl"
            << "length";
        QTest::newRow("only begun at the end")
            << "abcdefghijEN" << QStringList{"END"} << "abcdefghijEN"
            << "length";
    }
    void cutsAtAStopString()
    {
        QFETCH(QString, script);
        QFETCH(QStringList, stops);
        QFETCH(QString, text);
        QFETCH(QString, stop);
        std::vector<std::string> stopStrings;
        for (const QString& one : stops) {
            stopStrings.push_back(one.toStdString());
        }
        const Generation result = recite(script.toStdString(), greedy(stopStrings));
        QCOMPARE(QString::fromStdString(result.text), text);
        QCOMPARE(QString::fromStdString(result.stop), stop);
        QCOMPARE(QString::fromStdString(streamed()), text);
    }

    void holdsBackWhatMayBecomeAStopString()
    {
        recite("abENxEND", greedy({"END"}));
        QCOMPARE(m_pieces, (std::vector<std::string>{"a", "b", "ENx"}));
    }

    void streamsWholeCharacters()
    {
        recite("가a나", greedy(), m_tokenizer.eosId());
        QCOMPARE(m_pieces, (std::vector<std::string>{"가", "a", "나"}));
    }

    void endsWhenTheSinkSaysSo()
    {
        const Generation result = recite("abcdef", greedy(), {}, 3);
        QCOMPARE(result.stop, "cancelled");
        QCOMPARE(result.text, "abc");
    }

    void saysNothingMoreToASinkThatCancelled()
    {
        // "aba": "ab" is released, the last "a" may still become "abx".
        recite("abacd", greedy({"abx"}), {}, 1);
        QCOMPARE(m_pieces, (std::vector<std::string>{"ab"}));
    }

    void tellsEveryTokenWithItsText()
    {
        GenerationSettings settings = greedy({"END"});
        settings.sampling.alternatives = 2;
        std::vector<generate::GeneratedToken> tokens;
        const std::vector<int64_t> script = idsOf("aENb");
        const Generation result = generate::generate(
            *reciter(script),
            m_tokenizer,
            {kPrompt},
            settings,
            generate::TokenSink([&tokens](const generate::GeneratedToken& token) {
                tokens.push_back(token);
                return tokens.size() < 4;
            }));
        QCOMPARE(result.ids, script);
        QCOMPARE(tokens.size(), 4u);
        QCOMPARE(tokens[1].text, ""); // may become the stop string
        QCOMPARE(tokens[3].text, "ENb");
        QCOMPARE(tokens[3].id, script[3]);
        QCOMPARE(tokens[3].logProbability, result.logProbabilities[3]);
        QCOMPARE(tokens[0].alternatives.size(), 2u);
        QCOMPARE(tokens[0].alternatives[0].id, script[0]);
        QCOMPARE(tokens[0].alternatives[0].text, "a");
    }

    void refusesLogitsThatAreNoNumbers()
    {
        const auto decoder = reciter({1});
        decoder->linear("lm_head")->weight() =
            at::full({kVocabulary, kContext}, std::numeric_limits<float>::quiet_NaN());
        const Error error = tests::failureOf(
            [&] { generate::generate(*decoder, m_tokenizer, {kPrompt}, greedy()); });
        QCOMPARE(error.code, std::string(code::kNonFinite));
    }

    void readsWithTheCacheWhatItWouldReadAtOnce()
    {
        const auto decoder = tests::tinyDecoder(
            {"llama", tests::llamaConfig({{"vocab_size", 64}}), at::kFloat, false});
        GenerationSettings settings = greedy();
        settings.maxNewTokens = 20;
        const std::vector<int64_t> prompt = {3, 1, 4, 1, 5};
        const Generation result = generate::generate(*decoder, m_tokenizer, prompt, settings);
        QCOMPARE(result.ids.size(), 20u);
        std::vector<int64_t> all = prompt;
        all.insert(all.end(), result.ids.begin(), result.ids.end());
        const at::Tensor logits = tests::logitsOf(*decoder, at::tensor(all, at::kLong));
        const at::Tensor best = logits.argmax(-1).narrow(
            0, static_cast<int64_t>(prompt.size()) - 1, static_cast<int64_t>(result.ids.size()));
        QVERIFY(at::equal(best, at::tensor(result.ids, at::kLong)));
    }

    // Whatever was read before, the answer is that of reading all of the prompt.
    void readsAgainOnlyWhatIsNew_data()
    {
        QTest::addColumn<int>("common");
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("reused");
        QTest::newRow("the same prompt") << 12 << 12 << 10;
        QTest::newRow("goes on") << 12 << 20 << 12;
        QTest::newRow("one more token") << 12 << 13 << 11;
        QTest::newRow("another end") << 7 << 12 << 7;
        QTest::newRow("a part of it") << 5 << 5 << 3;
        QTest::newRow("one token") << 1 << 1 << 0;
        QTest::newRow("nothing in common") << 0 << 12 << 0;
    }
    void readsAgainOnlyWhatIsNew()
    {
        QFETCH(int, common);
        QFETCH(int, length);
        QFETCH(int, reused);
        const auto decoder = tests::tinyDecoder(
            {"llama", tests::llamaConfig({{"vocab_size", 64}}), at::kFloat, false});
        const generate::TokenSink all = [](const generate::GeneratedToken&) { return true; };
        generate::ReadPrompt memory;
        const auto answer = [&](const std::vector<int64_t>& prompt, generate::ReadPrompt* kept) {
            return generate::generate(*decoder, m_tokenizer, prompt, greedy(), all, kept);
        };
        std::vector<int64_t> prompt = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};
        QCOMPARE(answer(prompt, &memory).reusedTokens, int64_t{0});
        QCOMPARE(memory.ids, prompt);

        prompt.resize(static_cast<std::size_t>(length), 7);
        std::fill(prompt.begin() + common, prompt.end(), 7);
        const Generation again = answer(prompt, &memory);
        const Generation fresh = answer(prompt, nullptr);
        QCOMPARE(again.reusedTokens, int64_t{reused});
        QCOMPARE(again.ids, fresh.ids);
        QCOMPARE(again.logProbabilities, fresh.logProbabilities);
        QCOMPARE(memory.ids, prompt);
    }

    void remembersNothingOfAnAnswerThatFailed()
    {
        const auto decoder = reciter({1});
        generate::ReadPrompt memory;
        const auto read = [&] {
            generate::generate(
                *decoder,
                m_tokenizer,
                {kPrompt, kPrompt},
                greedy(),
                [](const generate::GeneratedToken&) { return true; },
                &memory);
        };
        read();
        QCOMPARE(memory.ids.size(), 2u);
        decoder->linear("lm_head")->weight() =
            at::full({kVocabulary, kContext}, std::numeric_limits<float>::quiet_NaN());
        QCOMPARE(tests::failureOf(read).code, std::string(code::kNonFinite));
        QVERIFY(memory.ids.empty());
    }
};

QTEST_GUILESS_MAIN(GeneratorTest)
#include "tst_generator.moc"
