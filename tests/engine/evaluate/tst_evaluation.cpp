// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Loss and accuracy against a sum over every trained token of every sample, one by one.
#include "engine/adapters/loaded_adapter.h"
#include "engine/evaluate/evaluation.h"
#include "engine/evaluate/sample_losses.h"
#include "engine/objectives/registry.h"
#include "tests/support/tuned_models.h"

#include <ATen/ops/log_softmax.h>

using namespace engine;

class EvaluationTest : public QObject
{
    Q_OBJECT

private:
    const std::unique_ptr<nn::Decoder> m_decoder = tests::tinyDecoder(tests::tinyModel("llama"));
    std::vector<text::TokenSample> m_samples;
    double m_loss = 0;
    double m_accuracy = 0;
    int64_t m_tokens = 0;

    evaluate::Evaluation evaluate(int64_t maxTokens, const evaluate::Progress& progress = {}) const
    {
        return evaluate::evaluate(
            *m_decoder, *objectives::findObjective("causal_lm"), m_samples, maxTokens, progress);
    }

private Q_SLOTS:
    void initTestCase()
    {
        for (int64_t i = 0; i < 7; ++i) {
            text::TokenSample sample;
            for (int64_t k = 0; k < 3 + 4 * (i % 4); ++k) {
                sample.ids.push_back((i * 11 + k * k) % 40);
                sample.mask.push_back((i + k) % 3 != 0);
            }
            m_samples.push_back(sample);
        }
        int64_t correct = 0;
        for (const text::TokenSample& sample : m_samples) {
            const at::Tensor logits =
                tests::logitsOf(*m_decoder, at::tensor(sample.ids, at::kLong)).to(at::kDouble);
            const at::Tensor logProbabilities = at::log_softmax(logits, -1);
            for (std::size_t i = 0; i + 1 < sample.ids.size(); ++i) {
                const auto row = static_cast<int64_t>(i);
                if (sample.mask[i + 1] != 0) {
                    m_loss -= logProbabilities[row][sample.ids[i + 1]].item<double>();
                    correct += logits[row].argmax().item<int64_t>() == sample.ids[i + 1];
                    ++m_tokens;
                }
            }
        }
        m_loss /= static_cast<double>(m_tokens);
        m_accuracy = static_cast<double>(correct) / static_cast<double>(m_tokens);
    }

    // Packed or alone, a sample's loss is its own: nobody attends to a neighbour.
    void everySampleHasItsOwnLoss()
    {
        const auto alone = evaluate::sampleLosses(*m_decoder, m_samples, 1);
        const auto packed = evaluate::sampleLosses(*m_decoder, m_samples, 1000);
        QCOMPARE(alone.size(), m_samples.size());
        QCOMPARE(packed.size(), m_samples.size());
        double sum = 0;
        for (std::size_t i = 0; i < alone.size(); ++i) {
            QCOMPARE(packed[i].tokens, objectives::trainedTokens(m_samples[i]));
            QCOMPARE(packed[i].tokens, alone[i].tokens);
            QVERIFY(std::abs(packed[i].sum - alone[i].sum) < 1e-5 * alone[i].sum);
            sum += packed[i].sum;
        }
        QVERIFY(std::abs(sum / static_cast<double>(m_tokens) - m_loss) < 1e-5 * m_loss);
        QCOMPARE(evaluate::sampleLosses(
                     *m_decoder, m_samples, 1, [](int64_t done, int64_t) { return done < 3; })
                     .size(),
                 std::size_t{3});
    }

    void equalsTheSumOverTokens_data()
    {
        QTest::addColumn<int>("maxTokens");
        QTest::newRow("every sample alone") << 1;
        QTest::newRow("some together") << 20;
        QTest::newRow("all together") << 1000;
    }
    void equalsTheSumOverTokens()
    {
        QFETCH(int, maxTokens);
        const evaluate::Evaluation result = evaluate(maxTokens);
        QVERIFY(std::abs(result.loss - m_loss) < 1e-5);
        QVERIFY(std::abs(result.perplexity() - std::exp(m_loss)) < 1e-4 * std::exp(m_loss));
        QCOMPARE(result.accuracy, m_accuracy);
        QCOMPARE(result.tokens, m_tokens);
        QCOMPARE(result.samples, 7);
    }

    void keepsMicroBatchesWithinTheLimit()
    {
        std::vector<int64_t> done; // lengths 3 7 11 15 3 7 11
        evaluate(20, [&done](int64_t samples, int64_t) {
            done.push_back(samples);
            return true;
        });
        QCOMPARE(done, (std::vector<int64_t>{2, 3, 5, 7}));
    }

    void endsWhenCancelled()
    {
        const evaluate::Evaluation result =
            evaluate(1, [](int64_t done, int64_t total) { return done < 2 && total == 7; });
        QCOMPARE(result.samples, 2);
    }

    // Each as if the adapter had been cut to that rank.
    void tellsTheLossAtEveryRank()
    {
        const methods::Method& dylora = *methods::findMethod("dylora");
        const auto settings = tests::settingsOf(dylora, {{"rank", 3}});
        auto tuning = dylora.attach(settings, *m_decoder, 1);
        tests::disturb(*tuning);
        const objectives::Objective& objective = *objectives::findObjective("causal_lm");
        const evaluate::Evaluation result =
            evaluate::evaluateByRank(*m_decoder, objective, m_samples, 20, *tuning->nestedRanks());
        const methods::AdapterState state = tuning->state();
        QCOMPARE(evaluate(20).loss, result.loss); // all ranks are in use again
        tuning.reset();
        QCOMPARE(result.lossByRank.size(), std::size_t{3});
        for (int64_t rank = 1; rank <= 3; ++rank) {
            const adapters::LoadedAdapter loaded(*m_decoder, methods::atRank(state, rank), 1);
            QCOMPARE(result.lossByRank[static_cast<std::size_t>(rank - 1)], evaluate(20).loss);
        }
        QCOMPARE(result.loss, result.lossByRank.back());
        QVERIFY(std::abs(result.lossByRank[0] - result.lossByRank[1]) > 1e-4);
        QCOMPARE(result.tokens, m_tokens);
        QCOMPARE(result.samples, 7);
    }

    void isZeroWithoutTargets()
    {
        const evaluate::Evaluation result =
            evaluate::evaluate(*m_decoder, *objectives::findObjective("causal_lm"), {}, 10);
        QCOMPARE(result.tokens, 0);
        QCOMPARE(result.loss, 0.0);
    }
};

QTEST_GUILESS_MAIN(EvaluationTest)
#include "tst_evaluation.moc"
