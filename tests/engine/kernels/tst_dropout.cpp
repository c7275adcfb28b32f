// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/seeds.h"
#include "engine/kernels/dropout.h"
#include "tests/support/gradient_check.h"

#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>

#include <QtTest>

#include <bit>

using namespace engine::kernels;

namespace {

// 1 where an element is kept.
Tensor kept(int64_t count, double probability, uint64_t seed)
{
    return counterDropout(at::ones({count}, at::kDouble), probability, seed).ne(0).to(at::kDouble);
}

double correlation(const Tensor& a, const Tensor& b)
{
    const Tensor x = a.sub(a.mean());
    const Tensor y = b.sub(b.mean());
    return x.mul(y).mean().item<double>()
           / std::sqrt(x.square().mean().item<double>() * y.square().mean().item<double>());
}

constexpr int64_t kCount = 200000;

} // namespace

class TestDropout : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theMaskFollowsTheDocumentedCounter()
    {
        const uint64_t seed = 0x123456789abcdef0ULL;
        const Tensor mask = kept(1000, 0.25, seed);
        for (int64_t i = 0; i < 1000; ++i) {
            const int64_t inChunk = i % 256;
            const auto counter = static_cast<uint32_t>(i / 256 * 16 + inChunk % 32 / 2);
            const auto block =
                engine::device::philox({counter, 0, 0, 0}, {0x9abcdef0U, 0x12345678U});
            const uint32_t word = std::rotl(block[inChunk / 64], inChunk % 64 < 32 ? 0 : 8);
            const uint32_t half = word >> (16 * (i % 2)) & 0xffffU;
            QCOMPARE(mask[i].item<double>(), half < 0x4000U ? 0.0 : 1.0);
        }
    }

    // Rows that begin anywhere in the mask, wider and narrower than a vector.
    void rowsAreMaskedByPartsOfTheSameMask()
    {
        for (const int64_t width : {5, 16, 33, 172}) {
            constexpr int64_t kRows = 9, kFirst = 3;
            const Tensor x = tests::numbers({kRows, width}, 3).to(at::kFloat);
            const Tensor expected = counterDropout(x, 0.3, 11);
            const Tensor part = x.narrow(0, kFirst, kRows - kFirst).contiguous();
            std::vector<uint8_t> memory(static_cast<std::size_t>(maskBytes(part.numel())));
            const MaskBits mask = dropoutBits(memory.data(), kFirst * width, part.numel(), 0.3, 11);
            const RowsOf<const float> rows{part.const_data_ptr<float>(), width};
            Tensor y = at::ones_like(part);
            maskRows(rows, mask, {y.data_ptr<float>(), width}, width, part.size(0));
            QVERIFY(y.equal(expected.narrow(0, kFirst, kRows - kFirst)));
        }
    }

    void theExpectationIsKept_data()
    {
        QTest::addColumn<double>("probability");
        QTest::newRow("0.05") << 0.05;
        QTest::newRow("0.5") << 0.5;
        QTest::newRow("0.9") << 0.9;
    }
    void theExpectationIsKept()
    {
        QFETCH(double, probability);
        const Tensor y = counterDropout(at::ones({kCount}, at::kFloat), probability, 42);
        const double deviation = std::sqrt(probability / (1 - probability) / kCount);
        QVERIFY(std::abs(y.to(at::kDouble).mean().item<double>() - 1) < 5 * deviation);
    }

    void seedsAndNeighboursAreIndependent()
    {
        const double limit = 5 / std::sqrt(double(kCount));
        const Tensor mask = kept(kCount, 0.3, 1);
        QVERIFY(std::abs(correlation(mask, kept(kCount, 0.3, 2))) < limit);
        QVERIFY(std::abs(correlation(mask, kept(kCount, 0.3, uint64_t{1} << 32 | 1))) < limit);
        QVERIFY(std::abs(correlation(mask.narrow(0, 1, kCount - 1), mask.narrow(0, 0, kCount - 1)))
                < limit);
        QVERIFY(
            std::abs(correlation(mask.narrow(0, 64, kCount - 64), mask.narrow(0, 0, kCount - 64)))
            < limit);
        // Elements of the same word.
        QVERIFY(
            std::abs(correlation(mask.narrow(0, 32, kCount - 32), mask.narrow(0, 0, kCount - 32)))
            < limit + 1.0 / 256);
    }

    void theMaskDependsOnNeitherTypeNorShape()
    {
        const Tensor mask = kept(990, 0.4, 7);
        const Tensor half = counterDropout(at::ones({33, 30}, at::kBFloat16), 0.4, 7);
        QVERIFY(half.reshape(-1).ne(0).equal(mask.ne(0)));
        QVERIFY(kept(100, 0.4, 7).equal(mask.narrow(0, 0, 100)));
    }

    void stridedInputsEqualDenseOnes()
    {
        const Tensor x = tests::numbers({20, 9}, 1).t();
        QVERIFY(counterDropout(x, 0.4, 7).equal(counterDropout(x.contiguous(), 0.4, 7)));
    }

    void withoutProbabilityNothingIsCopied()
    {
        const Tensor x = tests::numbers({4}, 1);
        QVERIFY(counterDropout(x, 0, 7).is_same(x));
    }

    void aProbabilityOfOneIsRefused()
    {
        QVERIFY_EXCEPTION_THROWN(counterDropout(tests::numbers({4}, 1), 1, 7), c10::Error);
    }
};

QTEST_GUILESS_MAIN(TestDropout)
#include "tst_dropout.moc"
