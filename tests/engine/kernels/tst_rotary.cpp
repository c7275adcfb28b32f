// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/reference.h"
#include "engine/kernels/rotary.h"
#include "tests/support/gradient_check.h"

#include <ATen/ops/full.h>
#include <ATen/ops/pow.h>

#include <QtTest>

using namespace engine::kernels;
using tests::numbers;

namespace {

constexpr int64_t kPositions = 12;

// The table of a head whose first rotaryDim numbers turn; base 10000.
RotaryTable tableFor(int64_t rotaryDim, double attentionFactor = 1)
{
    const Tensor exponents = at::arange(0, rotaryDim, 2, at::kDouble).div(double(rotaryDim));
    return rotaryTable(
        at::pow(at::Scalar(10000.0), exponents).reciprocal(), kPositions, attentionFactor);
}

Tensor positionsOf(int64_t tokens)
{
    return at::arange(tokens, at::kLong).mul(5).add(3).remainder(kPositions);
}

tests::TensorFunction
with(decltype(rotary) function, const Tensor& positions, const RotaryTable& table)
{
    return [=](const std::vector<Tensor>& in) {
        return std::vector<Tensor>{function(in[0], positions, table)};
    };
}

} // namespace

class TestRotary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fusedEqualsPlain_data()
    {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("headDim");
        QTest::addColumn<int>("rotaryDim");
        QTest::addColumn<double>("attentionFactor");
        QTest::addColumn<int>("type");
        for (int j = 0; j < int(std::size(tests::kComparedTypes)); ++j) {
            const char* type = tests::kComparedTypes[j].name;
            QTest::addRow("whole heads, %s", type) << 9 << 8 << 8 << 1.0 << j;
            QTest::addRow("half heads, %s", type) << 9 << 48 << 24 << 1.0 << j;
            QTest::addRow("scaled table, %s", type) << 9 << 8 << 8 << 1.3 << j;
            QTest::addRow("one token, %s", type) << 1 << 6 << 2 << 1.0 << j;
            QTest::addRow("no tokens, %s", type) << 0 << 8 << 8 << 1.0 << j;
        }
    }
    void fusedEqualsPlain()
    {
        QFETCH(int, tokens);
        QFETCH(int, headDim);
        QFETCH(int, rotaryDim);
        QFETCH(double, attentionFactor);
        QFETCH(int, type);
        const auto [name, scalar, tolerance] = tests::kComparedTypes[type];
        const Tensor positions = positionsOf(tokens);
        const RotaryTable table = tableFor(rotaryDim, attentionFactor);
        QCOMPARE(tests::fusedEqualsPlain(with(rotary, positions, table),
                                         with(rotaryReference, positions, table),
                                         {numbers({tokens, 3, headDim}, 1)},
                                         scalar,
                                         tolerance),
                 QString());
    }

    void gradientsMatchFiniteDifferences()
    {
        QCOMPARE(tests::matchesFiniteDifferences(with(rotary, positionsOf(4), tableFor(6, 1.2)),
                                                 {numbers({4, 2, 8}, 1)}),
                 QString());
    }

    void positionZeroChangesNothing()
    {
        const Tensor x = numbers({1, 2, 8}, 1);
        QVERIFY(rotary(x, at::zeros({1}, at::kLong), tableFor(8)).equal(x));
    }

    void stridedHeadsEqualDenseOnes()
    {
        const Tensor x = numbers({5, 3, 2, 8}, 1).select(1, 1);
        const RotaryTable table = tableFor(8);
        QVERIFY(
            rotary(x, positionsOf(5), table).equal(rotary(x.contiguous(), positionsOf(5), table)));
    }

    void aPositionOutsideTheTableIsRefused()
    {
        const Tensor x = numbers({1, 2, 8}, 1);
        QVERIFY_EXCEPTION_THROWN(rotary(x, at::full({1}, kPositions, at::kLong), tableFor(8)),
                                 c10::Error);
    }
};

QTEST_GUILESS_MAIN(TestRotary)
#include "tst_rotary.moc"
