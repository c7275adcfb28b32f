// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/row_norms.h"

#include "engine/nn/row_slices.h"
#include "tests/support/gradient_check.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <QtTest>

using namespace engine;
using at::Tensor;
using engine::methods::RowNorms;
using tests::difference;
using tests::numbers;

namespace {

constexpr int64_t kOut = 12;
constexpr int64_t kIn = 7;

kernels::LowRank update(int64_t rank, const kernels::RowSlice& rows, int64_t seed, double scale)
{
    kernels::LowRank result;
    result.a = numbers({rank, kIn}, seed).to(at::kFloat);
    result.b = numbers({rows.rows(), rank}, seed + 1).to(at::kFloat);
    result.scale = scale;
    result.rows = rows;
    return result;
}

// The norms of the updated rows, written out in double.
Tensor expected(const Tensor& weight,
                const kernels::RowSlice& rows,
                const std::vector<kernels::LowRank>& updates)
{
    Tensor sum = weight.to(at::kDouble).index_select(0, nn::rowIndices(rows));
    for (const kernels::LowRank& one : updates) {
        sum = sum + at::matmul(one.b.to(at::kDouble), one.a.to(at::kDouble)) * one.scale;
    }
    return sum.square().sum(1).sqrt();
}

} // namespace

class TestRowNorms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theyAreThoseOfTheUpdatedWeight_data()
    {
        QTest::addColumn<Tensor>("weight");
        QTest::addColumn<kernels::RowSlice>("rows");
        const Tensor weight = numbers({kOut, kIn}, 1).to(at::kFloat);
        const auto whole = kernels::RowSlice::plain(0, kOut);
        QTest::newRow("whole") << weight << whole;
        QTest::newRow("transposed") << numbers({kIn, kOut}, 1).to(at::kFloat).t() << whole;
        QTest::newRow("bfloat16") << weight.to(at::kBFloat16) << whole;
        QTest::newRow("slice") << weight << kernels::RowSlice::plain(4, 5);
        QTest::newRow("by head") << weight << kernels::RowSlice{1, 2, 4, 3};
        QTest::newRow("by head, bfloat16")
            << weight.to(at::kBFloat16) << kernels::RowSlice{1, 2, 4, 3};
    }
    void theyAreThoseOfTheUpdatedWeight()
    {
        QFETCH(Tensor, weight);
        QFETCH(kernels::RowSlice, rows);
        const std::vector<kernels::LowRank> updates = {update(3, rows, 2, 1.5),
                                                       update(2, rows, 5, -0.5)};
        QCOMPARE(difference("one",
                            RowNorms(rows, {updates[0]}).of(weight),
                            expected(weight, rows, {updates[0]}),
                            1e-6),
                 QString());
        QCOMPARE(
            difference(
                "two", RowNorms(rows, updates).of(weight), expected(weight, rows, updates), 1e-6),
            QString());
        QCOMPARE(
            difference("none", RowNorms(rows, {}).of(weight), expected(weight, rows, {}), 1e-6),
            QString());
    }

    // Rows are widened in parts.
    void manyRowsOfHalfPrecision()
    {
        const Tensor weight =
            (numbers({40, 1}, 3) * numbers({1, 200000}, 4)).to(at::kFloat).to(at::kBFloat16);
        kernels::LowRank one;
        one.a = numbers({2, 200000}, 4).to(at::kFloat);
        one.b = numbers({40, 2}, 5).to(at::kFloat);
        one.rows = kernels::RowSlice::plain(0, 40);
        QCOMPARE(difference("norms",
                            RowNorms(one.rows, {one}).of(weight),
                            expected(weight, one.rows, {one}),
                            1e-4),
                 QString());
    }

    void theyFollowTrainedNumbers()
    {
        const auto rows = kernels::RowSlice::plain(0, kOut);
        const Tensor weight = numbers({kOut, kIn}, 1).to(at::kFloat);
        kernels::LowRank trained = update(3, rows, 2, 1);
        trained.a.requires_grad_();
        trained.b.requires_grad_();
        const RowNorms norms(rows, {trained});
        const Tensor before = norms.of(weight);
        QVERIFY(norms.of(weight).is_same(before)); // nothing changed
        trained.b.detach().mul_(2);
        QCOMPARE(difference("B", norms.of(weight), expected(weight, rows, {trained}), 1e-6),
                 QString());
        trained.a.detach().add_(1);
        QCOMPARE(difference("A", norms.of(weight), expected(weight, rows, {trained}), 1e-6),
                 QString());
        const Tensor other = weight * 3;
        QCOMPARE(difference("W", norms.of(other), expected(other, rows, {trained}), 1e-6),
                 QString());
        QVERIFY(!norms.of(weight).requires_grad());
    }

    void theLengthOfAnUntouchedRowIsReachedExactly()
    {
        const auto rows = kernels::RowSlice::plain(0, kOut);
        Tensor weight = numbers({kOut, kIn}, 1).to(at::kFloat);
        weight.select(0, 3).zero_();
        kernels::LowRank one = update(3, rows, 2, 1);
        one.b.zero_();
        const RowNorms norms(rows, {one});
        Tensor wanted = at::ones({kOut});
        wanted[3] = 0; // a row of zeros keeps its length of 0
        QVERIFY(at::equal(norms.gain(norms.of(weight).clone(), weight), wanted));
    }
};

QTEST_GUILESS_MAIN(TestRowNorms)
#include "tst_row_norms.moc"
