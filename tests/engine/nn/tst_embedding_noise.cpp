// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/embedding_noise.h"

#include "engine/device/seeds.h"
#include "engine/nn/adapter.h"
#include "tests/support/tiny_models.h"

#include <ATen/Parallel.h>

using namespace engine;
using namespace tests;

namespace {

constexpr double kAlpha = 5;

kernels::Sequences sequencesOf(const std::vector<int64_t>& lengths)
{
    return nn::packedPass(lengths).sequences;
}

class OneToken final : public nn::VirtualTokens
{
public:
    int64_t count() const override { return 1; }
    Tensor embeddings() const override { return m_row; }

private:
    Tensor m_row = numbers({1, 32}, 4).to(at::kFloat);
};

nn::Pass noisyPass(double noise, uint64_t seed, std::vector<Tensor>& states)
{
    nn::Pass pass = trainingPass(9);
    pass.noise = noise;
    pass.noiseSeed = seed;
    pass.states = &states;
    return pass;
}

// What enters the first block.
Tensor entering(const nn::Decoder& decoder, double noise, uint64_t seed = 1)
{
    std::vector<Tensor> states;
    decoder.hidden(tokens(9), noisyPass(noise, seed, states));
    return states.front();
}

} // namespace

class TestEmbeddingNoise : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // α / √(L · d) · U(−1, 1), by the length of each sequence.
    void itIsUniformWithinTheBoundOfItsSequence()
    {
        constexpr int64_t kWidth = 501; // odd: half a word is left over in every row
        const std::vector<int64_t> lengths = {7, 300};
        const Tensor noise = nn::embeddingNoise(sequencesOf(lengths), kWidth, kAlpha, 3);
        QCOMPARE(noise.size(0), int64_t(307));
        int64_t row = 0;
        for (const int64_t length : lengths) {
            const Tensor own = noise.narrow(0, row, length).to(at::kDouble);
            const double bound = kAlpha / std::sqrt(static_cast<double>(length * kWidth));
            const double count = static_cast<double>(own.numel());
            QVERIFY(own.abs().max().item<double>() <= bound * (1 + 1e-6));
            QVERIFY(own.max().item<double>() > 0.99 * bound);
            QVERIFY(own.min().item<double>() < -0.99 * bound);
            // Within five deviations of the mean and of the variance bound²/3.
            const double mean = own.mean().item<double>() / bound;
            const double square = own.square().mean().item<double>() / (bound * bound);
            QVERIFY2(std::abs(mean) < 5 / std::sqrt(3 * count), qPrintable(QString::number(mean)));
            QVERIFY2(std::abs(square - 1.0 / 3) < 5 * std::sqrt(4.0 / 45 / count),
                     qPrintable(QString::number(square)));
            row += length;
        }
        // Neighbours in a row, and rows, know nothing of each other.
        const Tensor last = noise.narrow(0, 7, 300).to(at::kDouble);
        const double size = last.square().sum().item<double>();
        const double beside =
            (last.narrow(1, 0, 500) * last.narrow(1, 1, 500)).sum().item<double>();
        const double below = (last.narrow(0, 0, 299) * last.narrow(0, 1, 299)).sum().item<double>();
        QVERIFY(std::abs(beside / size) < 0.02);
        QVERIFY(std::abs(below / size) < 0.02);
    }

    void theSeedDecidesIt()
    {
        const auto drawn = [](uint64_t seed) {
            return nn::embeddingNoise(sequencesOf({40, 3}), 33, kAlpha, seed);
        };
        QVERIFY(at::equal(drawn(1), drawn(1)));
        QVERIFY(!at::equal(drawn(1), drawn(2)));
        // Half a word a number, from the word at which its row begins: a change breaks resume.
        const double bound = kAlpha / std::sqrt(3.0 * 33);
        device::RandomStream random(1, 41 * 17);
        const auto word = static_cast<double>((random.word() >> 32) & 0xFFFFFF);
        QVERIFY(std::abs(drawn(1)[41][1].item<double>() - bound * (word / 0x800000 - 1)) < 1e-7);
        const int threads = at::get_num_threads();
        at::set_num_threads(1);
        const Tensor alone = drawn(1);
        at::set_num_threads(4);
        QVERIFY(at::equal(drawn(1), alone));
        at::set_num_threads(threads);
    }

    void itIsAddedToTheTokensOfAText_data() { addTinyModelRows(); }
    void itIsAddedToTheTokensOfAText()
    {
        QFETCH(QString, model);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        const Tensor plain = entering(*decoder, 0);
        const Tensor wanted =
            nn::embeddingNoise(sequencesOf({9}), decoder->blueprint().hiddenSize, kAlpha, 1);
        const Tensor added = entering(*decoder, kAlpha) - plain;
        QCOMPARE(difference("noise", added, wanted, 1e-5), QString());
        QVERIFY(!at::equal(entering(*decoder, kAlpha, 2), entering(*decoder, kAlpha, 1)));
    }

    void virtualTokensGetNone()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const OneToken token;
        decoder->attach(&token);
        const Tensor noisy = entering(*decoder, kAlpha);
        QVERIFY(at::equal(noisy[0], token.embeddings()[0]));
        // The length of the text alone counts.
        const Tensor wanted = nn::embeddingNoise(sequencesOf({9}), 32, kAlpha, 1);
        const Tensor added = noisy.narrow(0, 1, 9) - entering(*decoder, 0).narrow(0, 1, 9);
        QCOMPARE(difference("noise", added, wanted, 1e-5), QString());
    }
};

QTEST_GUILESS_MAIN(TestEmbeddingNoise)
#include "tst_embedding_noise.moc"
