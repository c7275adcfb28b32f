// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/reference.h"
#include "engine/kernels/rms_norm.h"
#include "tests/support/gradient_check.h"

#include <QtTest>

using namespace engine::kernels;
using tests::numbers;

namespace {

tests::TensorFunction with(decltype(rmsNorm) function)
{
    return [=](const std::vector<Tensor>& in) {
        return std::vector<Tensor>{function(in[0], in[1], 1e-5)};
    };
}

} // namespace

class TestRmsNorm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fusedEqualsPlain_data()
    {
        QTest::addColumn<std::vector<int64_t>>("shape");
        QTest::addColumn<int>("type");
        const std::vector<std::vector<int64_t>> shapes{{5, 48}, {1, 7}, {0, 8}, {3, 2, 20}, {4, 1}};
        for (const auto& shape : shapes) {
            for (int j = 0; j < int(std::size(tests::kComparedTypes)); ++j) {
                QTest::addRow("%d numbers in %d rows, %s",
                              int(c10::multiply_integers(shape)),
                              int(shape[0]),
                              tests::kComparedTypes[j].name)
                    << shape << j;
            }
        }
    }
    void fusedEqualsPlain()
    {
        QFETCH(std::vector<int64_t>, shape);
        QFETCH(int, type);
        const auto [name, scalar, tolerance] = tests::kComparedTypes[type];
        QCOMPARE(tests::fusedEqualsPlain(with(rmsNorm),
                                         with(rmsNormReference),
                                         {numbers(shape, 1).mul(3), numbers({shape.back()}, 2)},
                                         scalar,
                                         tolerance),
                 QString());
    }

    void aSumAndItsNormAreTheTwoParts()
    {
        const Tensor x = numbers({4, 12}, 1).requires_grad_();
        const Tensor residual = numbers({4, 12}, 2).requires_grad_();
        const Tensor weight = numbers({12}, 3);
        const NormedSum both = rmsNormOfSum(x, residual, weight, 1e-5);
        QVERIFY(both.sum.equal(x.add(residual)));
        QVERIFY(both.y.equal(rmsNorm(both.sum, weight, 1e-5)));
        both.y.add(both.sum).sum().backward();
        QVERIFY(x.grad().equal(residual.grad()));
    }

    void gradientsMatchFiniteDifferences()
    {
        QCOMPARE(
            tests::matchesFiniteDifferences(with(rmsNorm), {numbers({3, 19}, 1), numbers({19}, 2)}),
            QString());
    }

    void stridedRowsEqualDenseOnes()
    {
        const Tensor x = numbers({6, 20}, 1).narrow(1, 4, 8);
        const Tensor weight = numbers({8}, 2);
        QVERIFY(rmsNorm(x, weight, 1e-5).equal(rmsNorm(x.contiguous(), weight, 1e-5)));
    }

    void aFrozenWeightGetsNoGradient()
    {
        const Tensor x = numbers({3, 8}, 1).requires_grad_();
        const Tensor weight = numbers({8}, 2);
        rmsNorm(x, weight, 1e-5).sum().backward();
        QVERIFY(x.grad().defined());
        QVERIFY(!weight.grad().defined());
    }

    void aFloat32MasterWeightGetsItsGradientInFloat32()
    {
        const Tensor weight = numbers({8}, 2).to(at::kFloat).requires_grad_();
        const Tensor y = rmsNorm(numbers({3, 8}, 1).to(at::kBFloat16), weight, 1e-5);
        y.sum().backward();
        QVERIFY(y.scalar_type() == at::kBFloat16);
        QVERIFY(weight.grad().scalar_type() == at::kFloat);
    }
};

QTEST_GUILESS_MAIN(TestRmsNorm)
#include "tst_rms_norm.moc"
