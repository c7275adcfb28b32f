// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/quantized_weight.h"
#include "engine/nn/capped_head.h"
#include "tests/support/gradient_check.h"

#include <ATen/ops/linear.h>

#include <QtTest>

using namespace engine;
using tests::numbers;

class CappedHeadTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void capsBendAndNeverPass()
    {
        const at::Tensor logits = at::tensor({-100.0, -0.01, 0.0, 1.0, 100.0}, at::kDouble);
        const at::Tensor capped = nn::softCapped(logits, 2);
        QVERIFY(capped.abs().max().item<double>() <= 2);
        QVERIFY(std::abs(capped[1].item<double>() + 0.01) < 1e-6);
        QVERIFY(std::abs(capped[3].item<double>() - 2 * std::tanh(0.5)) < 1e-12);
    }

    // More rows than a chunk of logits holds.
    void chunksEqualTheWhole_data()
    {
        QTest::addColumn<double>("smoothing");
        QTest::newRow("plain") << 0.0;
        QTest::newRow("smoothed") << 0.1;
    }
    void chunksEqualTheWhole()
    {
        QFETCH(double, smoothing);
        // In double: some processors' sums of so many float32 numbers are off by percents.
        const int64_t vocabulary = (int64_t{1} << 24) / 4;
        const at::Tensor weight = numbers({vocabulary, 2}, 1);
        const at::Tensor hidden = numbers({6, 2}, 2).set_requires_grad(true);
        at::Tensor targets = at::arange(6, at::kLong) * 1000;
        targets[3] = kernels::kIgnoredTarget;
        const auto loss = nn::cappedHeadCrossEntropy(hidden, {weight}, targets, 1.5, smoothing);
        (loss.lossSum * 3).backward();
        const at::Tensor gradient = hidden.grad().clone();
        hidden.mutable_grad() = at::Tensor();
        const auto whole = kernels::crossEntropy(
            nn::softCapped(at::linear(hidden, weight), 1.5), targets, smoothing);
        (whole.lossSum * 3).backward();
        QCOMPARE(loss.tokens, int64_t{5});
        QCOMPARE(loss.tokens, whole.tokens);
        QCOMPARE(loss.correct, whole.correct);
        QCOMPARE(tests::difference("loss", loss.lossSum, whole.lossSum, 1e-5), QString());
        QCOMPARE(tests::difference("gradient", gradient, hidden.grad(), 1e-4), QString());
        QVERIFY(gradient[3].abs().max().item<float>() == 0);
        const at::NoGradGuard noGrad;
        const auto frozen = nn::cappedHeadCrossEntropy(hidden, {weight}, targets, 1.5, smoothing);
        QCOMPARE(tests::difference("loss", frozen.lossSum, whole.lossSum, 1e-5), QString());
    }

    void aQuantizedHeadIsTheNumbersItStandsFor()
    {
        for (const auto form : {kernels::Quantization::Nf4, kernels::Quantization::Int8}) {
            const auto weight = std::make_shared<const kernels::QuantizedWeight>(
                kernels::quantize(numbers({90, 48}, 1).to(at::kFloat), form));
            const kernels::FrozenMatrix quantized{{}, {}, {}, weight};
            const kernels::FrozenMatrix dense{kernels::dequantize(*weight, at::kFloat)};
            const at::Tensor targets = at::tensor({5, -100, 89, 0}, at::kLong);
            const at::Tensor one = numbers({4, 48}, 2).to(at::kFloat).set_requires_grad(true);
            const at::Tensor other = one.detach().clone().set_requires_grad(true);
            const auto expected = nn::cappedHeadCrossEntropy(one, dense, targets, 1.5, 0.1);
            const auto actual = nn::cappedHeadCrossEntropy(other, quantized, targets, 1.5, 0.1);
            expected.lossSum.backward();
            actual.lossSum.backward();
            QCOMPARE(tests::difference("loss", actual.lossSum, expected.lossSum, 1e-6), QString());
            QCOMPARE(actual.correct, expected.correct);
            QCOMPARE(tests::difference("gradient", other.grad(), one.grad(), 1e-6), QString());
        }
    }

    void noTrainedTokenIsNoLoss()
    {
        const at::Tensor hidden = numbers({2, 3}, 2).to(at::kFloat).set_requires_grad(true);
        const at::Tensor targets = at::tensor({-100, -100}, at::kLong);
        const auto loss =
            nn::cappedHeadCrossEntropy(hidden, {numbers({5, 3}, 1).to(at::kFloat)}, targets, 1.5);
        loss.lossSum.backward();
        QCOMPARE(loss.lossSum.item<float>(), 0.0F);
        QCOMPARE(hidden.grad().abs().max().item<float>(), 0.0F);
    }
};

QTEST_GUILESS_MAIN(CappedHeadTest)
#include "tst_capped_head.moc"
