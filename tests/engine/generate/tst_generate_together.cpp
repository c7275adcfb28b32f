// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Prompts of unequal length continued side by side, against each by itself.
#include "engine/generate/generate_together.h"

#include "engine/adapters/adapter_batch.h"
#include "engine/adapters/loaded_adapter.h"
#include "tests/engine/text/fixture.h"
#include "tests/support/tuned_models.h"

using namespace engine;
using namespace tests;
using generate::Generation;
using generate::GenerationSettings;

namespace {

constexpr int64_t kVocabulary = 264; // of the byte tokenizer

TinyModel withTokens(const std::string& name)
{
    TinyModel model = tinyModel(name);
    model.config.set("vocab_size", kVocabulary);
    return model;
}

std::vector<int64_t> promptOf(int64_t length, int64_t first)
{
    const Tensor ids = tokens(length, first, kVocabulary);
    const auto* data = ids.const_data_ptr<int64_t>();
    return {data, data + length};
}

} // namespace

class TestGenerateTogether : public QObject
{
    Q_OBJECT

    const fixture::ModelFolder m_folder;
    const text::Tokenizer m_tokenizer = m_folder.tokenizer();
    const std::vector<std::vector<int64_t>> m_prompts = {
        promptOf(3, 5), promptOf(11, 2), promptOf(1, 9), promptOf(6, 40)};

    static void compare(const Generation& actual, const Generation& expected)
    {
        QCOMPARE(actual.ids, expected.ids);
        QCOMPARE(actual.text, expected.text);
        QCOMPARE(actual.stop, expected.stop);
        QCOMPARE(actual.logProbabilities.size(), expected.logProbabilities.size());
        for (std::size_t i = 0; i < actual.logProbabilities.size(); ++i) {
            QVERIFY(std::abs(actual.logProbabilities[i] - expected.logProbabilities[i]) < 1e-4);
        }
    }

private Q_SLOTS:
    void equalToEachAlone_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<double>("temperature");
        for (const TinyModel& model : tinyModels()) {
            QTest::newRow(model.name.c_str()) << QString::fromStdString(model.name) << 0.0;
        }
        QTest::addRow("drawn") << "llama" << 1.0;
    }
    void equalToEachAlone()
    {
        QFETCH(QString, model);
        QFETCH(double, temperature);
        const auto decoder = tinyDecoder(withTokens(model.toStdString()));
        GenerationSettings settings;
        settings.sampling.temperature = temperature;
        settings.maxNewTokens = 20;
        QVERIFY(generate::canGenerateTogether(*decoder, m_prompts, settings));
        std::vector<Generation> alone;
        for (const auto& prompt : m_prompts) {
            alone.push_back(generate::generate(*decoder, m_tokenizer, prompt, settings));
        }
        // Ends one of them early, so that its row leaves the batch.
        settings.stopIds = {alone[1].ids.at(7)};
        std::size_t passes = 0;
        std::size_t fewest = m_prompts.size();
        const auto answers = generate::generateTogether(
            *decoder, m_tokenizer, m_prompts, settings, [&](std::span<const std::size_t> running) {
                ++passes;
                fewest = std::min(fewest, running.size());
                return true;
            });
        QVERIFY(fewest < m_prompts.size());
        QVERIFY(passes <= 20);
        for (std::size_t i = 0; i < m_prompts.size(); ++i) {
            compare(answers[i], generate::generate(*decoder, m_tokenizer, m_prompts[i], settings));
        }
    }

    // Every prompt has its infix behind it, whatever the length of the others.
    void virtualTokensStandInEveryPrompt()
    {
        const auto decoder = tinyDecoder(withTokens("llama"));
        const methods::Method& method = *methods::findMethod("prefix_layer");
        const auto tuning = method.attach(
            settingsOf(method, {{"prefix_tokens", 2}, {"infix_tokens", 3}}), *decoder, 3);
        disturb(*tuning);
        GenerationSettings settings;
        settings.sampling.temperature = 0;
        settings.maxNewTokens = 16;
        const auto answers = generate::generateTogether(
            *decoder, m_tokenizer, m_prompts, settings, [](std::span<const std::size_t>) {
                return true;
            });
        for (std::size_t i = 0; i < m_prompts.size(); ++i) {
            compare(answers[i], generate::generate(*decoder, m_tokenizer, m_prompts[i], settings));
        }
    }

    void everyPromptHasItsAdapter()
    {
        const auto decoder = tinyDecoder(withTokens("llama"));
        const std::vector<methods::AdapterState> states = {
            trainedLora(*decoder, {{"targets", Value::List{"q", "v"}}}),
            trainedLora(*decoder, {{"targets", "all-linear"}, {"rank", 2}})};
        GenerationSettings settings;
        settings.sampling.temperature = 0;
        settings.maxNewTokens = 16;
        std::vector<Generation> alone;
        for (std::size_t i = 0; i < m_prompts.size(); ++i) {
            std::optional<adapters::LoadedAdapter> loaded;
            if (i % 3 < 2) {
                loaded.emplace(*decoder, states[i % 3], 3.0);
            }
            alone.push_back(generate::generate(*decoder, m_tokenizer, m_prompts[i], settings));
        }
        adapters::AdapterBatch batch(*decoder, {{{&states[0], 3}}, {{&states[1], 3}}, {}});
        const auto answers = generate::generateTogether(
            *decoder, m_tokenizer, m_prompts, settings, [&](std::span<const std::size_t> running) {
                std::vector<std::size_t> choices;
                for (const std::size_t prompt : running) {
                    choices.push_back(prompt % 3);
                }
                batch.assign(std::move(choices));
                return true;
            });
        for (std::size_t i = 0; i < m_prompts.size(); ++i) {
            compare(answers[i], alone[i]);
        }
    }

    void whoWantsNoMoreGetsWhatThereIs()
    {
        const auto decoder = tinyDecoder(withTokens("llama"));
        GenerationSettings settings;
        settings.maxNewTokens = 20;
        std::size_t passes = 0;
        const auto answers = generate::generateTogether(
            *decoder, m_tokenizer, m_prompts, settings, [&passes](auto) { return ++passes <= 3; });
        QCOMPARE(answers[0].stop, std::string("cancelled"));
        QCOMPARE(answers[0].ids.size(), std::size_t(3));
    }

    void noRoomIsNoAnswer()
    {
        const auto decoder = tinyDecoder(withTokens("llama"));
        GenerationSettings settings;
        settings.maxNewTokens = 0;
        const auto answers = generate::generateTogether(
            *decoder, m_tokenizer, m_prompts, settings, [](auto) { return true; });
        QCOMPARE(answers.size(), m_prompts.size());
        QVERIFY(answers[0].ids.empty());
        QCOMPARE(answers[0].stop, std::string("length"));
    }

    // Keys that are made anew when one sequence grows long would be so for all of them.
    void longRopeIsNotSharedBeyondItsLimit()
    {
        const auto decoder = tinyDecoder(withTokens("phi3"));
        GenerationSettings settings;
        settings.maxNewTokens = 2;
        const int64_t limit = decoder->parts().rotaries.front()->limit();
        const std::vector<std::vector<int64_t>> shortOnes = {promptOf(2, 1), promptOf(3, 1)};
        QVERIFY(generate::canGenerateTogether(*decoder, shortOnes, settings));
        const std::vector<std::vector<int64_t>> longOnes = {promptOf(2, 1), promptOf(limit, 1)};
        QVERIFY(!generate::canGenerateTogether(*decoder, longOnes, settings));
        settings.beams = 2;
        QVERIFY(!generate::canGenerateTogether(*decoder, shortOnes, settings));
    }
};

QTEST_GUILESS_MAIN(TestGenerateTogether)
#include "tst_generate_together.moc"
