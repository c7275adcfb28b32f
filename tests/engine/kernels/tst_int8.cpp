// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Expected numbers: bitsandbytes 0.50.2, int8_vectorwise_quant and int8_vectorwise_dequant.
#include "engine/device/failure.h"
#include "engine/kernels/int8.h"

#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

#include <QtTest>

#include <cmath>
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
