// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/packed_weights.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros_like.h>

#include <QtTest>

using namespace engine;
using namespace engine::nn;

namespace {

ModuleSpec sized(int64_t out, int64_t in)
{
    ModuleSpec spec;
    spec.out = out;
    spec.in = in;
    return spec;
}

} // namespace

Q_DECLARE_METATYPE(NormKind)

class TestPackedWeights : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Packed once for all layers of a size; anew when the numbers change, and not kept for nobody.
    void sharedFactorsArePackedOnce()
    {
        PackedWeights packed;
        constexpr auto kType = kernels::PackedType::Float32;
        at::Tensor factors = at::randn({19, 64});
        const SharedFactor& whole = packed.sharedFactor(factors, kType);
        QCOMPARE(&packed.sharedFactor(factors.narrow(1, 0, 64), kType), &whole);
        QVERIFY(&packed.sharedFactor(factors.narrow(1, 0, 32), kType) != &whole);
        QVERIFY(&packed.sharedFactor(factors, kernels::PackedType::BFloat16) != &whole);
        const float before = *reinterpret_cast<const float*>(whole.forOutput.panel(0));
        factors.mul_(2);
        const SharedFactor& anew = packed.sharedFactor(factors, kType);
        QCOMPARE(*reinterpret_cast<const float*>(anew.forOutput.panel(0)), 2 * before);
        const auto numbers = factors.storage().getWeakStorageImpl();
        factors = at::Tensor();
        QVERIFY(!numbers.expired());
        packed.sharedFactor(at::randn({19, 64}), kType);
        QVERIFY(numbers.expired());
    }

    // As Norm::forward does: a factor 1 + w keeps what bfloat16 has no room for, and only the
    // result is rounded. Sums in another order may move a number by its last bit.
    void aNormRoundsWhereThePartDoes_data()
    {
        QTest::addColumn<NormKind>("kind");
        QTest::newRow("rms") << NormKind::Rms;
        QTest::newRow("1 + w") << NormKind::OffsetRms;
    }
    void aNormRoundsWhereThePartDoes()
    {
        QFETCH(NormKind, kind);
        const at::Tensor weight = at::randn({200}).mul(0.3).to(at::kBFloat16);
        const Norm norm({}, kind, weight, at::Tensor(), 1e-6);
        const at::Tensor x = at::randn({50, 200}).to(at::kBFloat16);
        at::Tensor y = at::zeros_like(x);
        PackedWeights packed;
        kernels::normRows<c10::BFloat16>(packed.norm(norm, kernels::PackedType::BFloat16),
                                         {x.const_data_ptr<c10::BFloat16>(), 200},
                                         {y.mutable_data_ptr<c10::BFloat16>(), 200},
                                         50);
        QVERIFY(y.ne(norm.forward(x)).sum().item<int64_t>() <= 10);
    }

    // The first pass makes them anew, and so does every pass where none may be kept.
    void copiesAreKeptFromTheSecondPassOn()
    {
        constexpr auto kType = kernels::PackedType::Float32;
        const Linear layer(sized(32, 16), at::randn({32, 16}), at::Tensor());
        PackedWeights packed;
        QVERIFY(packed.use({&layer}, kType).isUnpacked());
        QVERIFY(!packed.use({&layer}, kType).isUnpacked());
        packed.setKeepsCopies(false);
        QVERIFY(packed.use({&layer}, kType).isUnpacked());
        packed.setKeepsCopies(true);
        QVERIFY(!packed.use({&layer}, kType).isUnpacked());
    }

    void quantizedLayersHaveNone()
    {
        const auto weight = std::make_shared<const kernels::QuantizedWeight>(
            kernels::quantize(at::randn({32, 16}), kernels::Quantization::Int8));
        const Linear layer(sized(32, 16), weight, at::Tensor());
        PackedWeights packed;
        for (int pass = 0; pass < 3; ++pass) {
            QVERIFY(packed.use({&layer}, kernels::PackedType::Float32).isUnpacked());
        }
    }
};

QTEST_GUILESS_MAIN(TestPackedWeights)
#include "tst_packed_weights.moc"
