// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Expected numbers: bitsandbytes 0.50.2, create_dynamic_map and quantize_blockwise on a processor.
#include "engine/kernels/dynamic_map.h"

#include <ATen/ops/randn.h>

#include <QtTest>

using namespace engine::kernels;

namespace {

struct Packed
{
    Packed(const at::Tensor& numbers, const DynamicMap& map, int64_t block)
        : codes(at::empty({numbers.numel()}, at::kByte)),
          scales(at::empty({(numbers.numel() + block - 1) / block}, at::kFloat))
    {
        quantizeBlockwise(numbers, map, block, codes, scales);
    }

    at::Tensor codes;
    at::Tensor scales;
};

} // namespace

class TestDynamicMap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersAreThoseOfBitsandbytes()
    {
        const float* both = DynamicMap::ofSigned().data();
        QCOMPARE(both[0], -0x1.fc6666p-1F);
        QCOMPARE(both[1], -0x1.f53334p-1F);
        QCOMPARE(both[126], -0x1.27476ep-21F);
        QCOMPARE(both[127], 0.0F);
        QCOMPARE(both[128], 0x1.27476ep-21F);
        QCOMPARE(both[254], 0x1.fc6666p-1F);
        QCOMPARE(both[255], 1.0F);
        QCOMPARE(DynamicMap::ofSigned().numbers().sum(at::kDouble).item<double>(), 1.0);
        const float* positive = DynamicMap::ofUnsigned().data();
        QCOMPARE(positive[0], 0.0F);
        QCOMPARE(positive[1], 0x1.5cf754p-22F);
        QCOMPARE(positive[127], 0x1.a8p-4F);
        QCOMPARE(positive[255], 1.0F);
        const at::Tensor wide = DynamicMap::ofUnsigned().numbers().to(at::kDouble);
        QCOMPARE(wide.sum().item<double>(), 0x1.2c6bca20af454p+6);
        QCOMPARE(wide.square().sum().item<double>(), 0x1.84c794f822ae0p+5);
    }

    void codesAreThoseOfBitsandbytes()
    {
        const at::Tensor numbers = at::tensor(
            std::vector<float>{0.0F, 1e-6F, -1e-6F, 0.5F, -0.25F, 1.0F, -1.0F, 3e-5F, 0.003F});
        const Packed both(numbers, DynamicMap::ofSigned(), 256);
        QVERIFY(both.codes.equal(
            at::tensor(std::vector<uint8_t>{131, 131, 123, 219, 53, 255, 0, 131, 146}, at::kByte)));
        const Packed positive(numbers, DynamicMap::ofUnsigned(), 256);
        QVERIFY(positive.codes.equal(
            at::tensor(std::vector<uint8_t>{7, 7, 0, 183, 0, 255, 0, 7, 38}, at::kByte)));
    }

    void everyBlockHasItsScaleAndTheLastMayBeShort()
    {
        const at::Tensor numbers = at::randn({1000});
        const Packed packed(numbers, DynamicMap::ofSigned(), 256);
        QCOMPARE(packed.scales.numel(), 4);
        QCOMPARE(packed.scales[3].item<float>(),
                 numbers.narrow(0, 768, 232).abs().max().item<float>());
        at::Tensor back = at::empty_like(numbers);
        dequantizeBlockwise(packed.codes, packed.scales, DynamicMap::ofSigned(), 256, back);
        const auto error =
            (back - numbers).abs() / packed.scales.repeat_interleave(256).narrow(0, 0, 1000);
        // Half the widest step of the map.
        QVERIFY(error.max().item<float>() < 0.0072F);
        QVERIFY(error.max().item<float>() > 0.003F);
    }

    void aBlockOfZerosStaysZero()
    {
        const Packed packed(at::zeros({300}), DynamicMap::ofUnsigned(), 256);
        QVERIFY(packed.codes.equal(at::zeros({300}, at::kByte)));
        at::Tensor back = at::empty({300});
        dequantizeBlockwise(packed.codes, packed.scales, DynamicMap::ofUnsigned(), 256, back);
        QVERIFY(back.equal(at::zeros({300})));
    }

    // Their scale has no reciprocal: infinities and 0 · infinity.
    void numbersBelowAllOthersPack()
    {
        const at::Tensor numbers = at::tensor(std::vector<float>{1e-40F, 0.0F, -1e-41F});
        const Packed packed(numbers, DynamicMap::ofSigned(), 256);
        QVERIFY(packed.codes.equal(at::tensor(std::vector<uint8_t>{255, 0, 0}, at::kByte)));
    }

    void shapesThatDoNotFitAreRefused()
    {
        at::Tensor codes = at::empty({300}, at::kByte);
        at::Tensor scales = at::empty({1});
        QVERIFY_EXCEPTION_THROWN(
            quantizeBlockwise(at::zeros({300}), DynamicMap::ofSigned(), 256, codes, scales),
            c10::Error);
    }
};

QTEST_GUILESS_MAIN(TestDynamicMap)
#include "tst_dynamic_map.moc"
