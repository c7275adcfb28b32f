// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/kernels/dynamic_map.h"
#include "engine/kernels/nf4.h"
#include "engine/kernels/nf4_run.h"
#include "engine/kernels/nf4_table.h"
#include "engine/kernels/processor.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <QtTest>

#include <cmath>
#include <cstring>
#include <limits>

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

// 0.02 · sin(0.7 i + 0.1) · (1 + 0.01 i)
at::Tensor golden(int count)
{
    std::vector<float> numbers;
    for (int i = 0; i < count; ++i) {
        numbers.push_back(static_cast<float>(0.02 * std::sin(0.7 * i + 0.1) * (1 + 0.01 * i)));
    }
    return at::tensor(numbers);
}

// Ranges that begin and end anywhere: every instruction set writes what plain loops do, and no
// more.
template <typename T>
bool setsAgree(const Nf4Weight& weight, at::ScalarType dtype)
{
    std::vector<float> scales; // another per block, tiny and huge ones too
    for (int64_t i = 0; i < weight.scales.numel(); ++i) {
        scales.push_back(static_cast<float>(0.37 * std::pow(-10.0, i % 9 * 9 - 40)));
    }
    for (int trial = 0; trial < 200; ++trial) {
        const int64_t first = std::rand() % weight.numbers();
        const int64_t count = 1 + std::rand() % (weight.numbers() - first);
        const Nf4Run run{weight.codes.const_data_ptr<uint8_t>(),
                         first,
                         count,
                         weight.block,
                         scales.data(),
                         dtype,
                         trial % 2 == 0};
        const auto size = static_cast<std::size_t>(count + 64);
        std::vector<T> plain(size, T(9)), avx2(size, T(9)), avx512(size, T(9));
        unpackRun(run, plain.data());
        bestInstructionSet() >= InstructionSet::Avx2 ? unpackRunAvx2(run, avx2.data())
                                                     : unpackRun(run, avx2.data());
        bestInstructionSet() >= InstructionSet::Avx512 ? unpackRunAvx512(run, avx512.data())
                                                       : unpackRun(run, avx512.data());
        if (std::memcmp(plain.data(), avx2.data(), size * sizeof(T)) != 0
            || std::memcmp(plain.data(), avx512.data(), size * sizeof(T)) != 0) {
            return false;
        }
    }
    return true;
}

QByteArray hexOf(const at::Tensor& codes)
{
    const auto* bytes = reinterpret_cast<const char*>(codes.const_data_ptr<uint8_t>());
    return QByteArray(bytes, static_cast<qsizetype>(codes.numel())).toHex();
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

    // The reference vector of QLoRA's format, then with a short last block and double quantisation
    // as bitsandbytes 0.50.2 makes it on a processor.
    void packsTheGoldenVector()
    {
        const Nf4Weight packed = quantizeNf4(golden(128), false);
        QCOMPARE(hexOf(packed.codes),
                 QByteArray("8ced941138ded941138ded931139dee931139efe930039efe920029efe92002aded8"
                            "31139ded83113aeed82113aefd82013aefd82013aefe72003befe71003bf"));
        QCOMPARE(packed.scales[0].item<float>(), 0x1.fef30ap-6F);
        QCOMPARE(packed.scales[1].item<float>(), 0x1.668608p-5F);
        QCOMPARE(packed.shape, std::vector<int64_t>{128});
    }

    void packsScalesTwice()
    {
        const Nf4Weight packed = quantizeNf4(golden(64 * 5 + 7), true);
        QVERIFY(packed.scales.equal(
            at::tensor(std::vector<uint8_t>{0, 29, 61, 204, 232, 237}, at::kByte)));
        QCOMPARE(packed.scaleScales.numel(), 1);
        QCOMPARE(packed.scaleScales[0].item<float>(), 0x1.ec4222p-6F);
        QCOMPARE(packed.offset, 0x1.f59a96p-5);
        QVERIFY(hexOf(packed.codes).endsWith("eff7"));
        const at::Tensor numbers = dequantizeNf4(packed, at::kFloat);
        QCOMPARE(numbers[0].item<float>(), 0x1.477edep-9F);
        QCOMPARE(numbers[63].item<float>(), 0x1.fa693ep-8F);
        QCOMPARE(numbers[64].item<float>(), 0x1.925c6ap-6F);
        QCOMPARE(numbers[326].item<float>(), 0x1.5794c2p-4F);
    }

    void zerosOneNumberAndHalfTypesPack()
    {
        const Nf4Weight zeros = quantizeNf4(at::zeros({70}), true);
        QVERIFY(zeros.codes.equal(at::full({35}, 0x77, at::kByte)));
        QVERIFY(dequantizeNf4(zeros, at::kFloat).equal(at::zeros({70})));
        const Nf4Weight one = quantizeNf4(at::full({1, 1}, -0.3F), true);
        QCOMPARE(one.codes[0].item<int>(), 0x07); // the lowest number, then a zero as padding
        QCOMPARE(dequantizeNf4(one, at::kFloat).item<float>(), -0.3F);
        for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
            const at::Tensor weight = at::randn({3, 333}).to(type);
            const Nf4Weight half = quantizeNf4(weight, true);
            const Nf4Weight wide = quantizeNf4(weight.to(at::kFloat), true);
            QVERIFY(half.codes.equal(wide.codes));
            QVERIFY(half.scales.equal(wide.scales));
            QCOMPARE(half.offset, wide.offset);
        }
    }

    void everyInstructionSetGivesTheSameBits()
    {
        const Nf4Weight weight = quantizeNf4(at::randn({1237}), false);
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kHalf}) {
            QVERIFY(setsAgree<float>(weight, dtype));
            QVERIFY(setsAgree<c10::BFloat16>(weight, dtype));
            QVERIFY(setsAgree<c10::Half>(weight, dtype));
        }
    }

    void anOutlierMovesItsBlockAlone()
    {
        at::Tensor weight = at::full({192}, 0.01F);
        weight[70] = 100.0F;
        const at::Tensor numbers = dequantizeNf4(quantizeNf4(weight, false), at::kFloat);
        QVERIFY(numbers.narrow(0, 0, 64).equal(weight.narrow(0, 0, 64)));
        QVERIFY(numbers.narrow(0, 128, 64).equal(weight.narrow(0, 128, 64)));
        QCOMPARE(numbers[70].item<float>(), 100.0F);
        QCOMPARE(numbers[71].item<float>(), 0.0F);
    }

    void everyBlockSizeOfBitsandbytesPacksAndOthersAreRefused()
    {
        const at::Tensor weight = at::randn({5000});
        for (int64_t block = 32; block <= 4096; block *= 2) {
            const Nf4Weight packed = quantizeNf4(weight, false, block);
            QCOMPARE(packed.scales.numel(), (5000 + block - 1) / block);
            QVERIFY((dequantizeNf4(packed, at::kFloat) - weight).abs().max().item<float>() < 0.8F);
        }
        QVERIFY_EXCEPTION_THROWN(quantizeNf4(weight, false, 16), c10::Error);
        QVERIFY_EXCEPTION_THROWN(quantizeNf4(weight, false, 96), c10::Error);
        QVERIFY_EXCEPTION_THROWN(quantizeNf4(weight, false, 8192), c10::Error);
    }

    void aNumberThatIsNoneIsRefusedByPlace()
    {
        for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
            at::Tensor weight = at::zeros({3, 100}, type);
            weight[2][99] = std::numeric_limits<float>::quiet_NaN();
            try {
                quantizeNf4(weight, true);
                QFAIL("taken");
            } catch (const engine::Failure& failure) {
                QCOMPARE(failure.error().code, std::string("non_finite"));
                QVERIFY2(failure.error().message.find("NaN at [2, 99]") != std::string::npos,
                         failure.what());
            }
        }
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
