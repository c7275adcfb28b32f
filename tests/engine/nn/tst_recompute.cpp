// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/recompute.h"
#include "tests/support/gradient_check.h"

#include <QtTest>

using engine::nn::recomputed;
using tests::numbers;
using tests::Tensor;

class TestRecompute : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesTheSameGradients()
    {
        const auto forward = [](const Tensor& x, const Tensor& w) { return x.mm(w).tanh().mm(w); };
        Tensor gradients[2][2];
        for (const bool isRecomputed : {false, true}) {
            const Tensor x = numbers({5, 4}, 1).requires_grad_();
            const Tensor w = numbers({4, 4}, 2).requires_grad_();
            const Tensor y = isRecomputed
                                 ? recomputed([&](const Tensor& in) { return forward(in, w); }, x)
                                 : forward(x, w);
            y.mul(numbers({5, 4}, 3)).sum().backward();
            gradients[isRecomputed][0] = x.grad();
            gradients[isRecomputed][1] = w.grad();
        }
        for (int i = 0; i < 2; ++i) {
            QCOMPARE(tests::difference("gradient", gradients[1][i], gradients[0][i], 1e-14),
                     QString());
        }
    }

    void runsTwiceAndKeepsNothing()
    {
        int runs = 0;
        bool wasTracked = false;
        const Tensor w = numbers({4, 4}, 2).requires_grad_();
        const Tensor x = numbers({5, 4}, 1).requires_grad_();
        const Tensor y = recomputed(
            [&](const Tensor& in) {
                ++runs;
                const Tensor out = in.mm(w);
                wasTracked = out.grad_fn() != nullptr;
                return out;
            },
            x);
        QCOMPARE(runs, 1);
        QVERIFY(!wasTracked); // nothing but x is kept
        y.sum().backward();
        QCOMPARE(runs, 2);
        QVERIFY(wasTracked);
    }

    // As the first block of a model, whose input is frozen.
    void anInputWithoutGradientStillTrainsWhatIsInside()
    {
        const Tensor w = numbers({4, 4}, 2).requires_grad_();
        const Tensor x = numbers({5, 4}, 1);
        recomputed([&](const Tensor& in) { return in.mm(w); }, x).sum().backward();
        QVERIFY(!x.grad().defined());
        QCOMPARE(tests::difference("w", w.grad(), x.sum(0, true).t().expand({4, 4}), 1e-14),
                 QString());
    }

    // As blocks of a model do.
    void oneAfterTheOther()
    {
        const Tensor w = numbers({4, 4}, 2).mul(0.3).requires_grad_();
        const auto block = [&](const Tensor& in) { return in.add(in.mm(w).tanh()); };
        const Tensor x = numbers({5, 4}, 1);
        recomputed(block, recomputed(block, recomputed(block, x))).sum().backward();
        const Tensor actual = w.grad().clone();
        w.mutable_grad().zero_();
        block(block(block(x))).sum().backward();
        QCOMPARE(tests::difference("w", actual, w.grad(), 1e-14), QString());
    }
};

QTEST_GUILESS_MAIN(TestRecompute)
#include "tst_recompute.moc"
