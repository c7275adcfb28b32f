// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/composed_attention.h"
#include "engine/kernels/reference.h"
#include "tests/support/gradient_check.h"

#include <QtTest>

using namespace engine::cuda;
using engine::kernels::Sequences;
using tests::numbers;

class TestComposedAttention : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheReferenceWithItsGradients_data()
    {
        QTest::addColumn<std::vector<int64_t>>("queries");
        QTest::addColumn<std::vector<int64_t>>("keys");
        QTest::addColumn<int>("kvHeads");
        QTest::newRow("one sequence")
            << std::vector<int64_t>{0, 5} << std::vector<int64_t>{0, 5} << 4;
        QTest::newRow("several, grouped heads")
            << std::vector<int64_t>{0, 1, 8, 11} << std::vector<int64_t>{0, 1, 8, 11} << 2;
        QTest::newRow("a prefix of keys")
            << std::vector<int64_t>{0, 3, 7} << std::vector<int64_t>{0, 5, 11} << 1;
    }
    void equalsTheReferenceWithItsGradients()
    {
        QFETCH(std::vector<int64_t>, queries);
        QFETCH(std::vector<int64_t>, keys);
        QFETCH(int, kvHeads);
        const Sequences sequences{queries, keys};
        const double scale = 0.4;
        const auto made = [](int64_t rows, int64_t heads, int64_t seed) {
            return numbers({rows, heads, 6}, seed).requires_grad_();
        };
        const Tensor q = made(queries.back(), 4, 1);
        const Tensor k = made(keys.back(), kvHeads, 2);
        const Tensor v = made(keys.back(), kvHeads, 3);
        const Tensor gradient = numbers({queries.back(), 4, 6}, 4);

        const Tensor expected = engine::kernels::attentionReference(q, k, v, sequences, scale);
        expected.backward(gradient);
        const at::NoGradGuard noGrad;
        const Tensor actual = composedAttention(q, k, v, sequences, scale);
        const ComposedGradients gradients =
            composedAttentionBackward(gradient, q, k, v, sequences, scale);
        // The reference computes in float32.
        constexpr double kTolerance = 1e-5;
        QCOMPARE(tests::difference("out", actual, expected, kTolerance), QString());
        QCOMPARE(tests::difference("dq", gradients.q, q.grad(), kTolerance), QString());
        QCOMPARE(tests::difference("dk", gradients.k, k.grad(), kTolerance), QString());
        QCOMPARE(tests::difference("dv", gradients.v, v.grad(), kTolerance), QString());
    }
};

QTEST_GUILESS_MAIN(TestComposedAttention)
#include "tst_composed_attention.moc"
