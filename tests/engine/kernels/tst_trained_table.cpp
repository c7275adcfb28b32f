// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/trained_table.h"

#include "engine/kernels/weight_gradient.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>

#include <QtTest>

using namespace engine::kernels;

class TestTrainedTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheEmbedding_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("count");
        QTest::newRow("every row many times") << 5 << 64 << 300;
        QTest::newRow("few of many rows, odd width") << 1000 << 131 << 7;
        QTest::newRow("narrow") << 9 << 3 << 20;
        QTest::newRow("nothing") << 9 << 3 << 0;
    }
    // Bit for bit, and once more on top of what was there.
    void equalsTheEmbedding()
    {
        QFETCH(int, rows);
        QFETCH(int, width);
        QFETCH(int, count);
        at::manual_seed(1);
        const at::Tensor numbers = at::randn({rows, width});
        const at::Tensor plain = numbers.clone().set_requires_grad(true);
        const at::Tensor table = numbers.clone().set_requires_grad(true);
        const at::Tensor ids = at::randint(rows, {count}, at::kLong);
        const at::Tensor direction = at::randn({count, width});
        const auto backward = [&direction](const at::Tensor& result) {
            result.mul(direction).sum().backward();
        };
        const at::Tensor result = trainedTableRows(table, ids);
        QVERIFY(result.equal(at::embedding(plain, ids)));
        backward(result);
        backward(at::embedding(plain, ids));
        QVERIFY(table.grad().equal(plain.grad()));
        const at::Tensor once = table.grad().clone();
        backward(trainedTableRows(table, ids).to(at::kBFloat16).to(at::kFloat));
        QVERIFY((table.grad() - 2 * once).norm().item<double>()
                <= 4e-3 * once.norm().item<double>());
    }

    void gradientsOfOtherTensorsAreNotInPlace()
    {
        const at::Tensor leaf = at::randn({4, 3}).set_requires_grad(true);
        QVERIFY(isTrainedInPlace(leaf));
        QVERIFY(!isTrainedInPlace({}));
        QVERIFY(!isTrainedInPlace(leaf * 2));
        QVERIFY(!isTrainedInPlace(leaf.detach()));
        QVERIFY(!isTrainedInPlace(leaf.detach().to(at::kDouble).set_requires_grad(true)));
        QVERIFY(!isTrainedInPlace(leaf.detach().t().set_requires_grad(true)));
        leaf.mutable_grad() = at::empty({3, 4}).t();
        QVERIFY_THROWS_EXCEPTION(c10::Error, leafGradient(leaf));
    }
};

QTEST_GUILESS_MAIN(TestTrainedTable)
#include "tst_trained_table.moc"
