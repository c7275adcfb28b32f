// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The next token against the rules written out plainly: which tokens may come, and how often.
#include "engine/generate/sampling.h"
#include "tests/support/failing.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numeric>

using namespace engine;
using generate::SamplingSettings;

namespace {

constexpr int kDraws = 20000;
const std::vector<double> kLogits = {0.5, 2.0, -1.0, 1.0, 2.0, -3.0, 0.0};

std::vector<double> softmax(const std::vector<double>& logits, double temperature)
{
    std::vector<double> result;
    for (const double logit : logits) {
        result.push_back(std::exp(logit / temperature));
    }
    const double sum = std::accumulate(result.begin(), result.end(), 0.0);
    for (double& value : result) {
        value /= sum;
    }
    return result;
}

void keepOnly(std::vector<double>& distribution, const std::vector<bool>& kept)
{
    double sum = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        distribution[i] = kept[i] ? distribution[i] : 0;
        sum += distribution[i];
    }
    for (double& value : distribution) {
        value /= sum;
    }
}

// A token's place when the likeliest come first, and what stands before it.
struct Standing
{
    int64_t rank = 0;
    double massBefore = 0;
};

Standing standingOf(const std::vector<double>& distribution, std::size_t token)
{
    Standing standing;
    for (std::size_t i = 0; i < distribution.size(); ++i) {
        if (distribution[i] > distribution[token]
            || (distribution[i] == distribution[token] && i < token)) {
            ++standing.rank;
            standing.massBefore += distribution[i];
        }
    }
    return standing;
}

// Each rule as its definition says, over all tokens, one rule after the other.
std::vector<double> expectedDistribution(const SamplingSettings& settings)
{
    std::vector<double> result = softmax(kLogits, settings.temperature);
    const auto apply = [&result](const auto& stays) {
        std::vector<bool> kept;
        for (std::size_t token = 0; token < result.size(); ++token) {
            kept.push_back(stays(token));
        }
        keepOnly(result, kept);
    };
    if (settings.topK > 0) {
        apply([&](std::size_t token) { return standingOf(result, token).rank < settings.topK; });
    }
    apply([&](std::size_t token) {
        const Standing standing = standingOf(result, token);
        return standing.rank == 0 || (result[token] > 0 && standing.massBefore < settings.topP);
    });
    const double best = *std::max_element(result.begin(), result.end());
    apply([&](std::size_t token) { return result[token] >= settings.minP * best; });
    return result;
}

std::vector<float> logits(const std::vector<double>& values = kLogits)
{
    return {values.begin(), values.end()};
}

} // namespace

class SamplingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void drawsAsTheRulesSay_data()
    {
        QTest::addColumn<double>("temperature");
        QTest::addColumn<double>("topP");
        QTest::addColumn<int>("topK");
        QTest::addColumn<double>("minP");
        QTest::newRow("plain") << 1.0 << 1.0 << 0 << 0.0;
        QTest::newRow("cool") << 0.5 << 1.0 << 0 << 0.0;
        QTest::newRow("hot") << 3.0 << 1.0 << 0 << 0.0;
        QTest::newRow("top-k 3") << 1.0 << 1.0 << 3 << 0.0;
        QTest::newRow("top-k 1") << 1.0 << 1.0 << 1 << 0.0;
        QTest::newRow("top-k above the vocabulary") << 1.0 << 1.0 << 1000 << 0.0;
        QTest::newRow("top-p 0.8") << 1.0 << 0.8 << 0 << 0.0;
        QTest::newRow("top-p 0.3") << 1.0 << 0.3 << 0 << 0.0;
        QTest::newRow("top-p 0 keeps one") << 1.0 << 0.0 << 0 << 0.0;
        QTest::newRow("min-p 0.2") << 1.0 << 1.0 << 0 << 0.2;
        QTest::newRow("min-p 1 keeps the best") << 1.0 << 1.0 << 0 << 1.0;
        QTest::newRow("top-p follows the temperature") << 2.0 << 0.6 << 0 << 0.0;
        QTest::newRow("top-p of what top-k left") << 1.0 << 0.75 << 3 << 0.0;
        QTest::newRow("all") << 1.5 << 0.9 << 5 << 0.3;
    }
    void drawsAsTheRulesSay()
    {
        QFETCH(double, temperature);
        QFETCH(double, topP);
        QFETCH(int, topK);
        QFETCH(double, minP);
        const SamplingSettings settings{temperature, topP, topK, minP, 1, 0};
        device::RandomStream random(7);
        std::vector<int> counts(kLogits.size());
        for (int i = 0; i < kDraws; ++i) {
            ++counts[static_cast<std::size_t>(
                generate::chooseToken(logits(), settings, random).id)];
        }
        const std::vector<double> expected = expectedDistribution(settings);
        for (std::size_t token = 0; token < expected.size(); ++token) {
            const double p = expected[token];
            const double share = counts[token] / static_cast<double>(kDraws);
            const double bound = 4 * std::sqrt(p * (1 - p) / kDraws); // four standard deviations
            QVERIFY2(std::abs(share - p) <= bound + 1e-12,
                     qPrintable(QStringLiteral("token %1: %2 of the draws, expected %3")
                                    .arg(token)
                                    .arg(share)
                                    .arg(p)));
        }
    }

    void isGreedyAtTemperatureZero()
    {
        device::RandomStream random(1);
        const SamplingSettings greedy{0, 0.5, 3, 0.1, 1, 0};
        QCOMPARE(generate::chooseToken(logits({0, 1, 4, 4}), greedy, random).id, 2);
        QCOMPARE(random.position(), 0u); // nothing is drawn
    }

    void staysFiniteAtATinyTemperature()
    {
        device::RandomStream random(1);
        const SamplingSettings nearlyGreedy{1e-9, 0.9, 0, 0.05, 1, 0};
        QCOMPARE(generate::chooseToken(logits({-80, 3, 2.9}), nearlyGreedy, random).id, 1);
    }

    void drawsTheSameFromTheSameSeed()
    {
        device::RandomStream one(3);
        device::RandomStream other(3);
        std::vector<int64_t> first, second;
        for (int i = 0; i < 50; ++i) {
            first.push_back(generate::chooseToken(logits(), {1}, one).id);
            second.push_back(generate::chooseToken(logits(), {1}, other).id);
        }
        QCOMPARE(first, second);
    }

    void givesTheModelsOwnLogProbability()
    {
        device::RandomStream random(5);
        const std::vector<double> model = softmax(kLogits, 1);
        for (int i = 0; i < 20; ++i) {
            const generate::Choice choice =
                generate::chooseToken(logits(), {2.5, 0.9, 4, 0.1, 1, 0}, random);
            const double expected = std::log(model[static_cast<std::size_t>(choice.id)]);
            QVERIFY(std::abs(choice.logProbability - expected) < 1e-5);
        }
    }

    // By hand from transformers' rule: logits 2, 1.5, -1, -1.2; a penalty of 2 makes a seen 2 a 1
    // and a seen -1 a -2.
    void penalisesWhatWasSeen_data()
    {
        QTest::addColumn<std::vector<double>>("logits");
        QTest::addColumn<std::vector<int64_t>>("seen");
        QTest::addColumn<int>("best");
        const std::vector<double> mixed = {2, 1.5, -1, -1.2};
        const std::vector<double> negative = {-1, -1.2, -3, -3};
        QTest::newRow("nothing seen") << mixed << std::vector<int64_t>{} << 0;
        QTest::newRow("a positive logit is divided") << mixed << std::vector<int64_t>{0} << 1;
        QTest::newRow("once, however often it was seen")
            << std::vector<double>{2, 0.9, 0, 0} << std::vector<int64_t>{0, 0, 0} << 0;
        QTest::newRow("a negative logit is multiplied") << negative << std::vector<int64_t>{0} << 1;
        QTest::newRow("both seen") << mixed << std::vector<int64_t>{0, 1} << 0;
    }
    void penalisesWhatWasSeen()
    {
        QFETCH(std::vector<double>, logits);
        QFETCH(std::vector<int64_t>, seen);
        QFETCH(int, best);
        device::RandomStream random(1);
        SamplingSettings settings;
        settings.temperature = 0;
        settings.repetitionPenalty = 2;
        const generate::Choice choice =
            generate::chooseToken(::logits(logits), settings, random, seen);
        QCOMPARE(choice.id, int64_t(best));
        const double own = std::log(softmax(logits, 1)[static_cast<std::size_t>(best)]);
        QVERIFY(std::abs(choice.logProbability - own) < 1e-5); // told without the penalty
    }

    void tellsTheMostProbableTokens()
    {
        device::RandomStream random(1);
        SamplingSettings settings;
        settings.alternatives = 3;
        const generate::Choice choice =
            generate::chooseToken(logits({0, 3, 1, 2}), settings, random);
        QCOMPARE(choice.alternatives.size(), 3u);
        QCOMPARE(choice.alternatives[0].id, int64_t(1));
        QCOMPARE(choice.alternatives[1].id, int64_t(3));
        QCOMPARE(choice.alternatives[2].id, int64_t(2));
        const double best = std::log(softmax({0, 3, 1, 2}, 1)[1]);
        QVERIFY(std::abs(choice.alternatives[0].logProbability - best) < 1e-5);
    }

    void refusesWhatIsNoNumber_data()
    {
        QTest::addColumn<double>("value");
        QTest::newRow("NaN") << std::numeric_limits<double>::quiet_NaN();
        QTest::newRow("infinity") << std::numeric_limits<double>::infinity();
        QTest::newRow("minus infinity") << -std::numeric_limits<double>::infinity();
    }
    void refusesWhatIsNoNumber()
    {
        QFETCH(double, value);
        const Error error = tests::failureOf([&] {
            device::RandomStream random(1);
            generate::chooseToken(logits({1, value, 2}), {}, random);
        });
        QCOMPARE(error.code, std::string(code::kNonFinite));
    }
};

QTEST_GUILESS_MAIN(SamplingTest)
#include "tst_sampling.moc"
