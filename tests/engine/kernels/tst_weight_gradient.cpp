// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/weight_gradient.h"

#include "engine/kernels/processor.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/randn.h>

#include <QtTest>

using namespace engine::kernels;

namespace {

template <typename T>
RowsOf<const T> rowsOf(const at::Tensor& rows)
{
    return {static_cast<const T*>(rows.const_data_ptr()), rows.stride(0)};
}

// Two weights of the same input.
template <typename T>
void addBoth(const at::Tensor& gradient,
             const at::Tensor& x,
             int64_t width,
             std::array<at::Tensor, 2> sums,
             PackedRows& packed,
             int threads)
{
    packed.layOut(x.size(0), width, kPackedTypeOf<T>);
    const WeightRows<T> rows{rowsOf<T>(x), &packed};
    const int64_t first = sums[0].size(0);
    const std::array<WeightSums<T>, 2> both = {
        {{rowsOf<T>(gradient), first, &packed, sums[0].data_ptr<float>()},
         {rowsOf<T>(gradient).columns(first),
          sums[1].size(0),
          &packed,
          sums[1].data_ptr<float>()}}};
    PoolTeam team(threads);
    addWeightGradients<T>({&rows, 1}, both, team);
}

} // namespace

class TestWeightGradient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheProduct_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("outputs");
        QTest::addColumn<int>("width");
        QTest::newRow("whole pieces and panels") << 512 << 192 << 64;
        QTest::newRow("one row") << 1 << 5 << 16;
        QTest::newRow("one more than a piece") << 257 << 97 << 48;
        QTest::newRow("odd everywhere") << 603 << 101 << 53;
        QTest::newRow("narrower than a panel") << 30 << 3 << 7;
        QTest::newRow("no rows") << 0 << 4 << 16;
    }
    // Whatever the memory held: on top of other sums, in the room of other sizes, on any number of
    // threads.
    void equalsTheProduct()
    {
        QFETCH(int, rows);
        QFETCH(int, outputs);
        QFETCH(int, width);
        if (instructionSet() == InstructionSet::None) {
            QSKIP("this processor has no packed kernels");
        }
        at::manual_seed(2);
        PackedRows packed;
        packed.layOut(700, 80, PackedType::BFloat16);
        for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
            const at::Tensor gradient = at::randn({rows, 2 * outputs}).to(type);
            const at::Tensor x = at::randn({rows, width}).to(type);
            const at::Tensor padded =
                at::constant_pad_nd(x, {0, roundedUp(width, kPanelFeatures) - width}, 3);
            const at::Tensor before = at::randn({2 * outputs, width});
            const at::Tensor expected =
                before.to(at::kDouble)
                + at::matmul(gradient.t().to(at::kDouble), x.to(at::kDouble));
            at::Tensor last;
            for (const int threads : {1, 2, 3}) {
                at::Tensor sums = before.clone();
                const std::array parts = {sums.narrow(0, 0, outputs),
                                          sums.narrow(0, outputs, outputs)};
                if (type == at::kFloat) {
                    addBoth<float>(gradient, padded, width, parts, packed, threads);
                } else {
                    addBoth<c10::BFloat16>(gradient, padded, width, parts, packed, threads);
                }
                QVERIFY((sums.to(at::kDouble) - expected).norm().item<double>()
                        < 1e-6 * expected.norm().item<double>());
                QVERIFY(!last.defined() || sums.equal(last));
                last = sums;
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestWeightGradient)
#include "tst_weight_gradient.moc"
