// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The head's loss over packed weights against the form that uses LibTorch's products.
#include "engine/kernels/head_rows.h"
#include "engine/kernels/packed_cross_entropy.h"

#include "engine/kernels/packed_product.h"
#include "engine/kernels/quantized_weight.h"
#include "engine/kernels/unpacked_head.h"

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros_like.h>

#include <QtTest>

using namespace engine::kernels;

namespace {

double difference(const Tensor& a, const Tensor& b)
{
    const Tensor wide = b.to(at::kDouble);
    return (a.to(at::kDouble) - wide).norm().item<double>() / wide.norm().item<double>();
}

// As a tensor, undefined without one, and as the head reads it.
std::pair<Tensor, std::vector<float>> biasOf(int vocabulary, at::ScalarType dtype, bool isThere)
{
    std::pair<Tensor, std::vector<float>> bias;
    bias.second.resize(static_cast<std::size_t>(roundedUp(vocabulary, kPanelFeatures)));
    if (isThere) {
        bias.first = at::randn({vocabulary}).to(dtype);
        const Tensor wide = bias.first.to(at::kFloat);
        std::copy_n(wide.const_data_ptr<float>(), vocabulary, bias.second.data());
    }
    return bias;
}

} // namespace

class TestPackedCrossEntropy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheFrozenHead_data()
    {
        QTest::addColumn<bool>("isFloat");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("vocabulary");
        QTest::addColumn<int>("width");
        QTest::addColumn<bool>("hasBias");
        QTest::addColumn<bool>("isMasked");
        QTest::addColumn<int>("threads");
        QTest::addColumn<double>("smoothing");
        QTest::addColumn<double>("cap");
        QTest::newRow("float32") << true << 300 << 512 << 64 << false << false << 2 << 0.0 << 0.0;
        QTest::newRow("masked") << true << 300 << 512 << 64 << false << true << 2 << 0.0 << 0.0;
        QTest::newRow("bias and odd sizes")
            << true << 37 << 1501 << 50 << true << true << 2 << 0.0 << 0.0;
        QTest::newRow("smoothed") << true << 37 << 1501 << 50 << true << true << 2 << 0.1 << 0.0;
        QTest::newRow("one row") << true << 1 << 33 << 7 << false << false << 2 << 0.0 << 0.0;
        QTest::newRow("nothing trained")
            << true << 0 << 33 << 8 << false << false << 1 << 0.1 << 0.0;
        QTest::newRow("bfloat16") << false << 300 << 2100 << 64 << true << true << 2 << 0.0 << 0.0;
        QTest::newRow("bfloat16, smoothed")
            << false << 300 << 2100 << 64 << true << true << 2 << 0.2 << 0.0;
        QTest::newRow("capped") << true << 37 << 1501 << 50 << true << true << 2 << 0.1 << 1.2;
        QTest::newRow("bfloat16, capped")
            << false << 300 << 2100 << 64 << false << true << 2 << 0.0 << 1.2;
        QTest::newRow("one thread")
            << false << 600 << 512 << 48 << false << false << 1 << 0.0 << 0.0;
    }

    void equalsTheFrozenHead()
    {
        QFETCH(bool, isFloat);
        QFETCH(int, tokens);
        QFETCH(int, vocabulary);
        QFETCH(int, width);
        QFETCH(bool, hasBias);
        QFETCH(bool, isMasked);
        QFETCH(int, threads);
        QFETCH(double, smoothing);
        QFETCH(double, cap);
        if (packedKernels() == nullptr) {
            QSKIP("this processor has no packed kernels");
        }
        at::manual_seed(3);
        const at::ScalarType dtype = isFloat ? at::kFloat : at::kBFloat16;
        const PackedType type = isFloat ? PackedType::Float32 : PackedType::BFloat16;
        const Tensor weight = at::randn({vocabulary, width}).to(dtype);
        const auto [biasTensor, bias] = biasOf(vocabulary, dtype, hasBias);
        const Tensor targets = at::randint(vocabulary, {tokens}, at::kLong);
        if (isMasked) {
            targets.slice(0, 0, tokens, 3).fill_(kIgnoredTarget);
        }
        const WeightView view{weight.data_ptr(),
                              isFloat ? WeightView::Type::Float32 : WeightView::Type::BFloat16,
                              vocabulary,
                              width,
                              width,
                              1};
        const PackedMatrix forOutput = packForOutput({&view, 1}, type);
        const PackedMatrix forInput = packForInput({&view, 1}, type);
        const PackedHead head{&forOutput, &forInput, hasBias ? bias.data() : nullptr, vocabulary};
        PoolTeam team(threads);
        const LossForm form{smoothing, cap};

        const Tensor x = at::randn({tokens, width}).mul_(0.3).to(dtype);
        const Tensor a = x.clone().set_requires_grad(true);
        const Tensor b = x.clone().set_requires_grad(true);
        const TokenLoss expected = frozenHeadCrossEntropy(a, {weight, biasTensor}, targets, form);
        const TokenLoss packed = packedHeadCrossEntropy(b, head, targets, team, form);
        QCOMPARE(packed.tokens, expected.tokens);
        if (expected.tokens == 0) {
            QCOMPARE(packed.lossSum.item<float>(), 0.0F);
            return;
        }
        QVERIFY(difference(packed.lossSum, expected.lossSum) < (isFloat ? 1e-6 : 2e-3));
        QVERIFY(std::abs(packed.correct - expected.correct) <= (isFloat ? 0 : 2));
        (expected.lossSum / 7).backward();
        (packed.lossSum / 7).backward();
        QVERIFY(difference(b.grad(), a.grad()) < (isFloat ? 1e-6 : 1e-2));
        QVERIFY(difference(packedHeadNll(x, head, targets, team, cap),
                           tokenNll(x, {weight, biasTensor}, targets, cap))
                < (isFloat ? 1e-6 : 5e-3));
    }

    // Bit for bit, for any number of threads; a room is used again for other sizes and types.
    void aHeadThatIsNotKeptEqualsTheNumbersItStandsFor_data()
    {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("vocabulary");
        QTest::addColumn<int>("width");
        QTest::addColumn<bool>("hasBias");
        QTest::addColumn<double>("smoothing");
        QTest::addColumn<double>("cap");
        QTest::newRow("rows that fill blocks") << 300 << 2100 << 128 << false << 0.0 << 0.0;
        QTest::newRow("rows that share blocks") << 700 << 1501 << 96 << true << 0.0 << 0.0;
        QTest::newRow("rows that cut bytes") << 37 << 1501 << 51 << true << 0.1 << 0.0;
        QTest::newRow("wider than a thread's columns") << 70 << 513 << 600 << false << 0.0 << 0.0;
        QTest::newRow("a small vocabulary") << 20 << 33 << 7 << true << 0.0 << 0.0;
        QTest::newRow("one row") << 1 << 40 << 64 << false << 0.2 << 0.0;
        QTest::newRow("nothing trained") << 0 << 33 << 8 << false << 0.0 << 0.0;
        QTest::newRow("capped") << 37 << 1501 << 51 << true << 0.1 << 1.2;
    }
    void aHeadThatIsNotKeptEqualsTheNumbersItStandsFor()
    {
        QFETCH(int, tokens);
        QFETCH(int, vocabulary);
        QFETCH(int, width);
        QFETCH(bool, hasBias);
        QFETCH(double, smoothing);
        QFETCH(double, cap);
        if (packedKernels() == nullptr) {
            QSKIP("this processor has no packed kernels");
        }
        at::manual_seed(5);
        const LossForm lossForm{smoothing, cap};
        HeadRoom room;
        std::vector<float> bias(static_cast<std::size_t>(roundedUp(vocabulary, 16)));
        std::iota(bias.begin(), bias.begin() + vocabulary, -3.0F);
        std::transform(bias.begin(), bias.end(), bias.begin(), [](float x) { return x / 64; });
        std::fill(bias.begin() + vocabulary, bias.end(), 0.0F);
        const Tensor targets = at::randint(vocabulary, {tokens}, at::kLong);
        targets.slice(0, 0, tokens, 3).fill_(kIgnoredTarget);
        for (const auto form : {Quantization::None, Quantization::Nf4, Quantization::Int8}) {
            for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
                const bool isDense = form == Quantization::None;
                const Tensor random = at::randn({vocabulary, width}).to(dtype);
                const QuantizedWeight weight = isDense ? QuantizedWeight() : quantize(random, form);
                const Tensor numbers = isDense ? random : dequantize(weight, dtype);
                const bool isFloat = dtype == at::kFloat;
                const PackedType type = isFloat ? PackedType::Float32 : PackedType::BFloat16;
                const WeightView view{numbers.data_ptr(),
                                      isFloat ? WeightView::Type::Float32
                                              : WeightView::Type::BFloat16,
                                      vocabulary,
                                      width,
                                      width,
                                      1};
                const PackedMatrix forOutput = packForOutput({&view, 1}, type);
                const PackedMatrix forInput = packForInput({&view, 1}, type);
                const float* const added = hasBias ? bias.data() : nullptr;
                const PackedHead dense{&forOutput, &forInput, added, vocabulary};
                const StoredWeight stored{view, isDense ? nullptr : &weight};
                const PackedHead head{nullptr, nullptr, added, vocabulary, stored, &room};
                PoolTeam one(1);
                const Tensor x = at::randn({tokens, width}).mul_(0.3).to(dtype);
                const Tensor a = x.clone().set_requires_grad(true);
                const TokenLoss expected = packedHeadCrossEntropy(a, dense, targets, one, lossForm);
                expected.lossSum.backward();
                for (const int threads : {1, 2, 3, 7}) {
                    PoolTeam team(threads);
                    const Tensor b = x.clone().set_requires_grad(true);
                    const TokenLoss loss = packedHeadCrossEntropy(b, head, targets, team, lossForm);
                    QCOMPARE(loss.tokens, expected.tokens);
                    QCOMPARE(loss.correct, expected.correct);
                    QVERIFY(loss.lossSum.equal(expected.lossSum));
                    loss.lossSum.backward();
                    QVERIFY(b.grad().equal(a.grad()));
                    QVERIFY(packedHeadNll(x, head, targets, team, cap)
                                .equal(packedHeadNll(x, dense, targets, one, cap)));
                }
            }
        }
    }

    void aTrainedHeadEqualsTheComposedForm_data()
    {
        QTest::addColumn<bool>("isFloat");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("vocabulary");
        QTest::addColumn<int>("width");
        QTest::addColumn<bool>("hasBias");
        QTest::addColumn<double>("smoothing");
        QTest::addColumn<double>("cap");
        QTest::newRow("float32") << true << 300 << 512 << 64 << false << 0.0 << 0.0;
        QTest::newRow("odd sizes") << true << 437 << 1501 << 51 << true << 0.1 << 0.0;
        QTest::newRow("more rows than a chunk") << true << 1000 << 70 << 24 << false << 0.0 << 0.0;
        QTest::newRow("narrower than a panel") << true << 5 << 33 << 7 << false << 0.0 << 1.2;
        QTest::newRow("nothing trained") << true << 0 << 33 << 8 << false << 0.0 << 0.0;
        QTest::newRow("bfloat16") << false << 300 << 2100 << 64 << true << 0.2 << 0.0;
        QTest::newRow("odd sizes bfloat16") << false << 437 << 1501 << 51 << false << 0.0 << 1.2;
    }
    // Two losses before their gradients are asked for, in the other order; and once more.
    void aTrainedHeadEqualsTheComposedForm()
    {
        QFETCH(bool, isFloat);
        QFETCH(int, tokens);
        QFETCH(int, vocabulary);
        QFETCH(int, width);
        QFETCH(bool, hasBias);
        QFETCH(double, smoothing);
        QFETCH(double, cap);
        if (packedKernels() == nullptr) {
            QSKIP("this processor has no packed kernels");
        }
        at::manual_seed(9);
        const at::ScalarType dtype = isFloat ? at::kFloat : at::kBFloat16;
        const LossForm form{smoothing, cap};
        const Tensor numbers = at::randn({vocabulary, width});
        const Tensor composed = numbers.clone().set_requires_grad(true);
        const Tensor trained = numbers.clone().set_requires_grad(true);
        const auto [biasTensor, bias] = biasOf(vocabulary, dtype, hasBias);
        const WeightView view{
            trained.data_ptr(), WeightView::Type::Float32, vocabulary, width, width, 1};
        HeadRoom room;
        const PackedHead head{nullptr,
                              nullptr,
                              hasBias ? bias.data() : nullptr,
                              vocabulary,
                              {view, nullptr},
                              &room,
                              trained};
        PoolTeam team(2);
        std::array<Tensor, 2> hidden, targets, expected, losses;
        std::array<Tensor, 2> a, b;
        for (std::size_t i = 0; i < 2; ++i) {
            hidden[i] = at::randn({tokens, width}).mul_(0.3).to(dtype);
            targets[i] = at::randint(vocabulary, {tokens}, at::kLong);
            targets[i].slice(0, static_cast<int64_t>(i), tokens, 3).fill_(kIgnoredTarget);
            a[i] = hidden[i].clone().set_requires_grad(true);
            b[i] = hidden[i].clone().set_requires_grad(true);
            const Tensor logits = at::linear(a[i], composed.to(dtype), biasTensor);
            const TokenLoss whole = crossEntropy(logits, targets[i], form);
            const TokenLoss packed = packedHeadCrossEntropy(b[i], head, targets[i], team, form);
            QCOMPARE(packed.tokens, whole.tokens);
            expected[i] = whole.lossSum / 7;
            losses[i] = packed.lossSum / 7;
        }
        if (tokens == 0) {
            losses[0].backward();
            QVERIFY(trained.grad().equal(at::zeros_like(trained)));
            return;
        }
        const double tolerance = isFloat ? 2e-6 : 1.5e-2;
        for (const std::size_t i : {1, 0}) {
            QVERIFY(difference(losses[i], expected[i]) < tolerance);
            expected[i].backward();
            losses[i].backward();
            QVERIFY(difference(b[i].grad(), a[i].grad()) < tolerance);
            QVERIFY(difference(trained.grad(), composed.grad()) < tolerance);
        }
        losses = {};
        QCOMPARE(room.forWeight.size(), std::size_t(2));

        // The rows before it may be frozen, and the weight alone.
        const Tensor sum = trained.grad().clone();
        const auto again = [&](const Tensor& rows, bool trainsHead) {
            trained.mutable_grad() = Tensor();
            PackedHead other = head;
            other.trained = trainsHead ? trained : Tensor();
            (packedHeadCrossEntropy(rows, other, targets[0], team, form).lossSum / 7).backward();
        };
        again(hidden[0], true);
        const Tensor first = trained.grad();
        again(hidden[1].clone().set_requires_grad(true), false);
        QVERIFY(!trained.grad().defined());
        QCOMPARE(room.forWeight.size(), std::size_t(2));
        trained.mutable_grad() = first.clone();
        (packedHeadCrossEntropy(hidden[1], head, targets[1], team, form).lossSum / 7).backward();
        QVERIFY(difference(trained.grad(), sum) < 1e-6);
    }

    // Memory for logits grows with threads that need it, and ends where rows are long.
    void fewThreadsHoldFewRows()
    {
        QCOMPARE(headChunkRows(1000, 1), int64_t(64));
        QCOMPARE(headChunkRows(1000, 4), int64_t(128));
        QCOMPARE(headChunkRows(1000, 64), kHeadChunkRows);
        QCOMPARE(headChunkRows(kHeadChunkBytes / 3, 4), int64_t(3));
        QCOMPARE(headChunkRows(2 * kHeadChunkBytes, 4), int64_t(1));
        QCOMPARE(unpackedHeadChunkRows(1000), kHeadChunkRows);
    }
};

QTEST_GUILESS_MAIN(TestPackedCrossEntropy)
#include "tst_packed_cross_entropy.moc"
