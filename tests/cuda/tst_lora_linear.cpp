// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The grouped linear layer on the processor, against the engine's own.
#include "engine/cuda/lora_linear.h"
#include "engine/kernels/dropout.h"
#include "tests/support/gradient_check.h"

#include <ATen/ops/cat.h>

#include <QtTest>

using namespace engine;
using at::Tensor;
using kernels::FrozenMatrix;
using kernels::LowRank;
using kernels::RowSlice;
using tests::numbers;

namespace {

constexpr int64_t kTokens = 5;
constexpr int64_t kIn = 12;

LowRank update(int64_t rows, int64_t rank, int64_t seed, double dropout = 0)
{
    return {numbers({rank, kIn}, seed),
            numbers({rows, rank}, seed + 1),
            0.7,
            RowSlice::plain(0, rows),
            dropout,
            99};
}

// q, k and v of 8, 4 and 4 rows; `isStacked`: behind each other in one buffer; `isMixed`: every
// update with a rank and a scale of its own, k's with dropout.
std::vector<FrozenMatrix> group(bool isStacked, double dropout, bool withBias, bool isMixed = false)
{
    const Tensor whole = numbers({16, kIn}, 1);
    std::vector<FrozenMatrix> result;
    int64_t row = 0;
    for (const int64_t rows : {8, 4, 4}) {
        const Tensor part = whole.narrow(0, row, rows);
        FrozenMatrix matrix{
            isStacked ? part : part.clone(), {}, {update(rows, 3, 10 + row, dropout)}};
        if (withBias) {
            matrix.bias = numbers({rows}, 30 + row);
        }
        if (isMixed) {
            const auto number = static_cast<int64_t>(result.size());
            matrix.updates = {update(rows, 2 + number, 10 + row, number == 1 ? 0.3 : 0)};
            matrix.updates.front().scale = 0.5 + static_cast<double>(number);
        }
        result.push_back(matrix);
        row += rows;
    }
    return result;
}

Tensor masked(const Tensor& x, const LowRank& low)
{
    return kernels::counterDropout(x, low.dropout, low.seed);
}

} // namespace

class TestLoraLinear : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheEnginesOwn_data()
    {
        QTest::addColumn<bool>("isStacked");
        QTest::addColumn<double>("dropout");
        QTest::addColumn<bool>("withBias");
        QTest::addColumn<bool>("isMixed");
        QTest::newRow("apart") << false << 0.0 << false << false;
        QTest::newRow("stacked") << true << 0.0 << false << false;
        QTest::newRow("stacked, biases") << true << 0.0 << true << false;
        QTest::newRow("stacked, dropout") << true << 0.3 << false << false;
        QTest::newRow("apart, dropout, biases") << false << 0.3 << true << false;
        QTest::newRow("ranks, scales and dropout of their own") << true << 0.0 << false << true;
    }
    void equalsTheEnginesOwn()
    {
        QFETCH(bool, isStacked);
        QFETCH(double, dropout);
        QFETCH(bool, withBias);
        QFETCH(bool, isMixed);
        const std::vector<FrozenMatrix> matrices = group(isStacked, dropout, withBias, isMixed);
        const Tensor x = numbers({kTokens, kIn}, 5);
        const auto expected = kernels::groupForward(x, matrices);
        const auto actual = cuda::groupForward(x, matrices, masked);
        for (std::size_t i = 0; i < matrices.size(); ++i) {
            QCOMPARE(tests::difference("y", actual.outputs[i], expected.outputs[i], 1e-12),
                     QString());
            const double scale = matrices[i].updates.front().scale;
            QCOMPARE(
                tests::difference("xA", actual.lowRanks[i], expected.lowRanks[i].mul(scale), 1e-12),
                QString());
        }

        std::vector<Tensor> gradients;
        for (const Tensor& output : expected.outputs) {
            gradients.push_back(numbers(output.sizes(), 50 + output.size(1)));
        }
        const std::vector<bool> needs(kernels::groupParameters(matrices).size(), true);
        const auto back =
            kernels::groupBackward(x, matrices, expected.lowRanks, gradients, true, needs);
        const auto own =
            cuda::groupBackward(x, matrices, actual.lowRanks, gradients, true, needs, masked);
        QCOMPARE(tests::difference("dx", own.x, back.x, 1e-12), QString());
        for (std::size_t i = 0; i < needs.size(); ++i) {
            QCOMPARE(
                tests::difference(
                    "parameter " + std::to_string(i), own.parameters[i], back.parameters[i], 1e-12),
                QString());
        }
    }

    void anUnusedOutputAndAnUnwantedParameterCostNothing()
    {
        const std::vector<FrozenMatrix> matrices = group(true, 0, false);
        const Tensor x = numbers({kTokens, kIn}, 5);
        const auto forward = cuda::groupForward(x, matrices, masked);
        std::vector<bool> needs(9, false);
        needs[2] = true; // b of q
        const std::vector<Tensor> gradients{numbers({kTokens, 8}, 1), {}, numbers({kTokens, 4}, 2)};
        const auto own =
            cuda::groupBackward(x, matrices, forward.lowRanks, gradients, true, needs, masked);
        const auto back =
            kernels::groupBackward(x, matrices, forward.lowRanks, gradients, true, needs);
        QCOMPARE(tests::difference("dx", own.x, back.x, 1e-12), QString());
        for (std::size_t i = 0; i < needs.size(); ++i) {
            QCOMPARE(own.parameters[i].defined(), i == 2);
        }
    }

    // Zero counts as nothing: what belongs to it has no gradient, and the others theirs.
    void unusedOutputsHaveNoGradients()
    {
        const std::vector<FrozenMatrix> matrices = group(true, 0, false);
        const Tensor x = numbers({kTokens, kIn}, 5);
        const auto forward = cuda::groupForward(x, matrices, masked);
        const auto expected = kernels::groupForward(x, matrices);
        const std::vector<bool> needs(9, true);
        const Tensor used = numbers({kTokens, 4}, 2);
        for (const std::vector<Tensor>& gradients :
             {std::vector<Tensor>{{}, {}, used}, std::vector<Tensor>{{}, {}, {}}}) {
            const auto own =
                cuda::groupBackward(x, matrices, forward.lowRanks, gradients, true, needs, masked);
            const auto back =
                kernels::groupBackward(x, matrices, expected.lowRanks, gradients, true, needs);
            QCOMPARE(own.x.defined(), back.x.defined());
            for (std::size_t i = 0; i < needs.size(); ++i) {
                QCOMPARE(own.parameters[i].defined(), back.parameters[i].defined());
                if (back.parameters[i].defined()) {
                    QCOMPARE(tests::difference("parameter " + std::to_string(i),
                                               own.parameters[i],
                                               back.parameters[i],
                                               1e-12),
                             QString());
                }
            }
        }
    }

    void interleavedRowsAreWritten()
    {
        FrozenMatrix matrix{numbers({12, kIn}, 1), {}, {}};
        LowRank low = update(6, 2, 7);
        low.rows = {1, 2, 4, 3}; // rows 1, 2, 5, 6, 9, 10
        matrix.updates = {low};
        const Tensor x = numbers({kTokens, kIn}, 5);
        const auto expected = kernels::groupForward(x, {matrix});
        const auto actual = cuda::groupForward(x, {matrix}, masked);
        QCOMPARE(tests::difference("y", actual.outputs[0], expected.outputs[0], 1e-12), QString());
    }

    void viewsAreJoinedOnlyWhereTheyFollowEachOther()
    {
        const Tensor whole = numbers({6, 4}, 1);
        const auto rows = [&](int64_t first, int64_t count) {
            return whole.narrow(0, first, count);
        };
        const auto columns = [&](int64_t first, int64_t count) {
            return whole.narrow(1, first, count);
        };
        QVERIFY(cuda::stackedRows({rows(0, 2), rows(2, 4)}).equal(whole));
        QVERIFY(cuda::stackedRows({rows(1, 2), rows(3, 1)}).equal(rows(1, 3)));
        QVERIFY(!cuda::stackedRows({rows(0, 2), rows(3, 3)}).defined());
        QVERIFY(!cuda::stackedRows({rows(2, 4), rows(0, 2)}).defined());
        QVERIFY(!cuda::stackedRows({rows(0, 2), rows(2, 4).clone()}).defined());
        QVERIFY(cuda::stackedColumns({columns(0, 1), columns(1, 3)}).equal(whole));
        QVERIFY(!cuda::stackedColumns({columns(0, 1), columns(2, 2)}).defined());
    }
};

QTEST_GUILESS_MAIN(TestLoraLinear)
#include "tst_lora_linear.moc"
