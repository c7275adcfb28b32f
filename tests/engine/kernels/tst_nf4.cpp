// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/nf4.h"
#include "engine/kernels/nf4_table.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <QtTest>

using namespace engine::kernels;

namespace {

// Numbers 0…count-1 hold the codes 0, 1, … 15, 0, 1, …
Nf4Weight counting(int64_t count, int64_t block)
{
    Nf4Weight weight;
    std::vector<uint8_t> codes(static_cast<std::size_t>((count + 1) / 2));
    for (int64_t i = 0; i < count; ++i) {
        codes[static_cast<std::size_t>(i / 2)] |=
            static_cast<uint8_t>((i % 16) << (i % 2 == 0 ? 4 : 0));
    }
    weight.codes = at::tensor(codes, at::kByte);
    weight.block = block;
    weight.shape = {count};
    return weight;
}

} // namespace

class TestNf4 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyCodeStandsForItsNumberTimesTheBlocksScale()
    {
        Nf4Weight weight = counting(40, 16);
        weight.scales = at::tensor({2.0F, -1.0F, 0.5F});
        const at::Tensor numbers = dequantizeNf4(weight, at::kFloat);
        const std::vector<float> scales{2.0F, -1.0F, 0.5F};
        for (int64_t i = 0; i < 40; ++i) {
            QCOMPARE(numbers[i].item<float>(),
                     kNf4[static_cast<std::size_t>(i % 16)]
                         * scales[static_cast<std::size_t>(i / 16)]);
        }
    }

    void theTableIsSymmetricAtItsEndsAndHoldsZero()
    {
        QCOMPARE(kNf4.front(), -1.0F);
        QCOMPARE(kNf4.back(), 1.0F);
        QCOMPARE(kNf4[7], 0.0F);
        QVERIFY(std::is_sorted(kNf4.begin(), kNf4.end()));
    }

    // scale = table[code] · scale of scales + offset
    void doubleQuantisationIsUndone()
    {
        Nf4Weight weight = counting(8 * 5, 8);
        weight.scales = at::tensor(std::vector<uint8_t>{0, 128, 255, 3, 7}, at::kByte);
        weight.scaleTable = at::arange(256, at::kFloat).div(255);
        weight.scaleScales = at::tensor({3.0F, 5.0F});
        weight.scaleBlock = 4;
        weight.offset = 0.25;
        const at::Tensor numbers = dequantizeNf4(weight, at::kFloat);
        const std::vector<float> codes{0, 128, 255, 3, 7};
        for (int64_t i = 0; i < 40; ++i) {
            const float scale =
                codes[static_cast<std::size_t>(i / 8)] / 255 * (i / 8 < 4 ? 3.0F : 5.0F) + 0.25F;
            QCOMPARE(numbers[i].item<float>(), kNf4[static_cast<std::size_t>(i % 16)] * scale);
        }
    }

    void halfTypesAreRoundedOnceAndTheShapeIsTheWeights()
    {
        Nf4Weight weight = counting(48, 8);
        weight.shape = {6, 8};
        weight.scales = at::arange(1, 7, at::kFloat).mul(0.3);
        const at::Tensor wide = dequantizeNf4(weight, at::kFloat);
        const at::Tensor half = dequantizeNf4(weight, at::kBFloat16);
        QVERIFY(half.sizes() == at::IntArrayRef({6, 8}));
        QVERIFY(half.equal(wide.to(at::kBFloat16)));
    }

    void anOddNumberOfCodesEndsInAHalfByte()
    {
        Nf4Weight weight = counting(9, 8);
        weight.scales = at::tensor({1.0F, 2.0F});
        QCOMPARE(dequantizeNf4(weight, at::kFloat)[8].item<float>(), kNf4[8] * 2);
    }

    void partsThatDoNotFitAreRefused()
    {
        Nf4Weight weight = counting(32, 8);
        weight.scales = at::full({3}, 1.0F);
        QVERIFY_EXCEPTION_THROWN(dequantizeNf4(weight, at::kFloat), c10::Error);
        weight.scales = at::zeros({4}, at::kByte); // double quantisation without its table
        QVERIFY_EXCEPTION_THROWN(dequantizeNf4(weight, at::kFloat), c10::Error);
    }
};

QTEST_GUILESS_MAIN(TestNf4)
#include "tst_nf4.moc"
