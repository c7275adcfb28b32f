// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/rescaled.h"
#include "tests/support/gradient_check.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <QtTest>

using namespace engine::kernels;
using tests::difference;
using tests::numbers;

class TestRescaled : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsTheFormula_data()
    {
        QTest::addColumn<at::ScalarType>("type");
        QTest::addColumn<double>("tolerance");
        QTest::newRow("float32") << at::kFloat << 1e-6;
        QTest::newRow("bfloat16") << at::kBFloat16 << 2e-2;
    }
    void itIsTheFormula()
    {
        QFETCH(at::ScalarType, type);
        QFETCH(double, tolerance);
        const Tensor base = numbers({5, 4}, 1).to(type);
        const Tensor update = numbers({5, 4}, 2).to(type);
        const Tensor gain = numbers({4}, 3).to(at::kFloat);
        const Tensor expected = (gain - 1) * base.to(at::kFloat) + gain * update.to(at::kFloat);
        const Tensor actual = rescaled(base, update, gain);
        QCOMPARE(actual.scalar_type(), type);
        QCOMPARE(difference("sum", actual, expected, tolerance), QString());
    }

    void gradientsReachAllThree()
    {
        const auto leaf = [](at::IntArrayRef shape, int64_t seed) {
            return numbers(shape, seed).to(at::kFloat).requires_grad_();
        };
        const std::vector<Tensor> mine = {leaf({5, 4}, 1), leaf({5, 4}, 2), leaf({4}, 3)};
        const std::vector<Tensor> plain = {leaf({5, 4}, 1), leaf({5, 4}, 2), leaf({4}, 3)};
        const Tensor weighting = numbers({5, 4}, 4).to(at::kFloat);
        (rescaled(mine[0], mine[1], mine[2]) * weighting).sum().backward();
        (((plain[2] - 1) * plain[0] + plain[2] * plain[1]) * weighting).sum().backward();
        for (std::size_t i = 0; i < mine.size(); ++i) {
            QCOMPARE(difference("gradient", mine[i].grad(), plain[i].grad(), 1e-6), QString());
        }
    }

    void aGainOfOneAddsTheUpdateBitByBit()
    {
        const Tensor base = numbers({5, 4}, 1).to(at::kFloat);
        const Tensor update = numbers({5, 4}, 2).to(at::kFloat);
        const Tensor one = at::ones({4});
        QVERIFY(at::equal(rescaled(base, update, one), update));
        QVERIFY(at::equal(rescaled(base, at::zeros({5, 4}), one), at::zeros({5, 4})));
    }
};

QTEST_GUILESS_MAIN(TestRescaled)
#include "tst_rescaled.moc"
