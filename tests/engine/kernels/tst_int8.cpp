// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Expected numbers: bitsandbytes 0.50.2, int8_vectorwise_quant and int8_vectorwise_dequant.
#include "engine/device/failure.h"
#include "engine/kernels/int8.h"
#include "engine/kernels/int8_run.h"
#include "engine/kernels/processor.h"

#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

#include <QtTest>

#include <cmath>
#include <cstring>
#include <limits>

using namespace engine::kernels;

namespace {

// 0.02 · sin(0.7 i + 0.1) · (1 + 0.01 i), its second row zero.
at::Tensor golden()
{
    std::vector<float> numbers;
    for (int i = 0; i < 60; ++i) {
        numbers.push_back(static_cast<float>(0.02 * std::sin(0.7 * i + 0.1) * (1 + 0.01 * i)));
    }
    at::Tensor weight = at::tensor(numbers).view({3, 20});
    weight[1].zero_();
    return weight;
}

// Of runs that begin and end anywhere in a line: every instruction set writes what plain loops do,
// and no more.
template <typename T>
bool setsAgree(float scale, at::ScalarType dtype)
{
    std::vector<int8_t> codes(600);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        codes[i] = static_cast<int8_t>(i); // all of them, -128 too
    }
    constexpr std::size_t kLine = 64;
    const auto makeRoom = [&] { return std::vector<T>(codes.size() + 2 * kLine, T(9)); };
    for (int trial = 0; trial < 200; ++trial) {
        const auto first = static_cast<std::size_t>(std::rand()) % codes.size();
        const auto count = 1 + static_cast<std::size_t>(std::rand()) % (codes.size() - first);
        const Int8Run run{
            codes.data() + first, static_cast<int64_t>(count), scale, dtype, trial % 2 == 0};
        const auto offset = static_cast<std::size_t>(std::rand()) % kLine;
        auto plain = makeRoom(), avx2 = makeRoom(), avx512 = makeRoom();
        unpackInt8(run, plain.data() + offset);
        bestInstructionSet() >= InstructionSet::Avx2 ? unpackInt8Avx2(run, avx2.data() + offset)
                                                     : unpackInt8(run, avx2.data() + offset);
        bestInstructionSet() >= InstructionSet::Avx512
            ? unpackInt8Avx512(run, avx512.data() + offset)
            : unpackInt8(run, avx512.data() + offset);
        const std::size_t bytes = plain.size() * sizeof(T);
        if (std::memcmp(plain.data(), avx2.data(), bytes) != 0
            || std::memcmp(plain.data(), avx512.data(), bytes) != 0) {
            return false;
        }
    }
    return true;
}

} // namespace

class TestInt8 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void codesScalesAndNumbersAreThoseOfBitsandbytes()
    {
        const Int8Weight packed = quantizeInt8(golden());
        const std::vector<int8_t> codes{
            11,   83,   117, 95, 29,  -53, -111, -118, -68, 15, 92, 127, 102,  29,   -60,
            -122, -127, -72, 18, 101, 0,   0,    0,    0,   0,  0,  0,   0,    0,    0,
            0,    0,    0,   0,  0,   0,   0,    0,    0,   0,  20, -58, -109, -109, -58,
            22,   92,   120, 91, 19,  -63, -116, -115, -60, 25, 99, 127, 95,   18,   -69};
        QVERIFY(packed.codes.view({60}).equal(at::tensor(codes, at::kChar)));
        QCOMPARE(packed.scales[0].item<float>(), 0x1.6b31eap-6F);
        QCOMPARE(packed.scales[1].item<float>(), 0.0F);
        QCOMPARE(packed.scales[2].item<float>(), 0x1.fef30ap-6F);
        const at::Tensor numbers = dequantizeInt8(packed).view({60});
        QCOMPARE(numbers[0].item<float>(), 0x1.f75348p-10F);
        QCOMPARE(numbers[19].item<float>(), 0x1.20d710p-6F);
        QCOMPARE(numbers[59].item<float>(), -0x1.159a38p-6F);
        QCOMPARE(packed.bytes(), 60 + 3 * 4);
    }

    void halvesAreRoundedToEvenAndTinyRowsAreZero()
    {
        // Multiples of half a step of 1: 0.5, 1.5, 2.5 and -0.5 round to even.
        const Int8Weight packed =
            quantizeInt8(at::tensor(std::vector<float>{127, 0.5F, 1.5F, 2.5F, -0.5F}).view({1, 5}));
        QVERIFY(packed.codes.view({5}).equal(
            at::tensor(std::vector<int8_t>{127, 0, 2, 2, 0}, at::kChar)));
        const Int8Weight tiny = quantizeInt8(at::full({1, 4}, 1e-44F));
        QVERIFY(tiny.codes.equal(at::zeros({1, 4}, at::kChar)));
    }

    void halfTypesGiveTheCodesOfTheirNumbers()
    {
        for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
            const at::Tensor weight = at::randn({5, 700}).to(type);
            const Int8Weight packed = quantizeInt8(weight);
            const Int8Weight wide = quantizeInt8(weight.to(at::kFloat));
            QVERIFY(packed.codes.equal(wide.codes));
            QVERIFY(packed.scales.equal(wide.scales));
        }
    }

    void everyInstructionSetGivesTheSameBits()
    {
        const float infinity = std::numeric_limits<float>::infinity();
        const float none = std::numeric_limits<float>::quiet_NaN();
        // Of 16637 a code stands for 131 times itself: many lie half-way between two halves.
        for (const float scale :
             {0.0F, 16637.0F, 0.37F, -1.7F, 1e-41F, 2e-38F, 7e4F, 3e38F, infinity, none}) {
            for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kHalf}) {
                QVERIFY(setsAgree<float>(scale, dtype));
                QVERIFY(setsAgree<c10::BFloat16>(scale, dtype));
                QVERIFY(setsAgree<c10::Half>(scale, dtype));
            }
        }
    }

    // As LibTorch rounds them, so as bitsandbytes' numbers become halves.
    void halvesAreThoseOfLibTorch()
    {
        const Int8Weight packed = quantizeInt8(at::randn({7, 333}));
        const at::Tensor numbers = dequantizeInt8(packed);
        for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
            const at::Tensor expected = numbers.to(type);
            for (int64_t row = 0; row < 7; ++row) {
                at::Tensor made = at::zeros({333}, type);
                withFloatType(type, [&](auto zero) {
                    unpackRow(packed, row, 0, 333, at::kFloat, made.data_ptr<decltype(zero)>());
                });
                QVERIFY(made.equal(expected[row]));
            }
        }
    }

    void aNumberThatIsNoneIsRefusedByPlace()
    {
        at::Tensor weight = at::zeros({3, 4});
        weight[1][2] = -std::numeric_limits<float>::infinity();
        try {
            quantizeInt8(weight);
            QFAIL("taken");
        } catch (const engine::Failure& failure) {
            QCOMPARE(failure.error().code, std::string("non_finite"));
            QVERIFY2(failure.error().message.find("-infinity at [1, 2]") != std::string::npos,
                     failure.what());
        }
    }

    void partsThatDoNotFitAreRefused()
    {
        QVERIFY_EXCEPTION_THROWN(dequantizeInt8({at::zeros({3, 4}, at::kChar), at::zeros({4})}),
                                 c10::Error);
        QVERIFY_EXCEPTION_THROWN(quantizeInt8(at::zeros({3, 4}, at::kDouble)), c10::Error);
    }
};

QTEST_GUILESS_MAIN(TestInt8)
#include "tst_int8.moc"
