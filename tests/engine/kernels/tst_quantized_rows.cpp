// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Parts of quantised weights that become dense: rows that are looked up, and products with weights
// too large to be dense at a time.
#include "engine/kernels/quantized_rows.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>

#include <QtTest>

using namespace engine::kernels;

namespace {

struct Form
{
    const char* name;
    Quantization form;
    bool doubleQuant;
};

constexpr Form kForms[] = {{"nf4 double", Quantization::Nf4, true},
                           {"nf4", Quantization::Nf4, false},
                           {"int8", Quantization::Int8, false}};

double relative(const Tensor& now, const Tensor& expected)
{
    const Tensor wide = expected.to(at::kDouble);
    return ((now.to(at::kDouble) - wide).norm() / wide.norm()).item<double>();
}

} // namespace

class TestQuantizedRows : public QObject
{
    Q_OBJECT

    static const Form& formNamed(const QString& name)
    {
        return *std::find_if(std::begin(kForms), std::end(kForms), [&name](const Form& form) {
            return name == QString::fromLatin1(form.name);
        });
    }

private Q_SLOTS:
    // Rows that fill blocks, share them with their neighbours, cut bytes; many and none of them,
    // twice the same, the first and the last.
    void rowsThatAreLookedUpAreThoseOfTheWhole_data()
    {
        QTest::addColumn<QString>("form");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        for (const Form& form : kForms) {
            for (const auto& [rows, columns] : {std::pair{40, 128},
                                                {40, 64},
                                                {41, 32},
                                                {300, 96},
                                                {37, 80},
                                                {9, 67},
                                                {1000, 1},
                                                {1, 1}}) {
                QTest::addRow("%s, %d rows of %d", form.name, rows, columns)
                    << QString::fromLatin1(form.name) << rows << columns;
            }
        }
    }
    void rowsThatAreLookedUpAreThoseOfTheWhole()
    {
        QFETCH(QString, form);
        QFETCH(int, rows);
        QFETCH(int, columns);
        const Form& packing = formNamed(form);
        for (const at::ScalarType stored : {at::kFloat, at::kBFloat16, at::kHalf}) {
            at::manual_seed(rows);
            const QuantizedWeight weight = quantize(
                at::randn({rows, columns}).to(stored).mul(0.1), packing.form, packing.doubleQuant);
            const Tensor whole = dequantize(weight, at::kFloat);
            Tensor ids = at::randint(rows, {500}, at::kLong);
            ids[0] = 0;
            ids[1] = rows - 1;
            ids[2] = rows - 1;
            const Tensor gathered = gatherRows(weight, ids);
            QCOMPARE(gathered.scalar_type(), at::kFloat);
            QVERIFY(gathered.equal(whole.index_select(0, ids)));
            QVERIFY(composedRows(weight, ids).equal(gathered));
            QVERIFY(gatherRows(weight, ids.slice(0, 0, 500, 7)) // a view with gaps
                        .equal(whole.index_select(0, ids.slice(0, 0, 500, 7))));
            QCOMPARE(gatherRows(weight, ids.narrow(0, 0, 0)).sizes(),
                     at::IntArrayRef({0, columns}));
        }
    }

    void rowsThatAreNotThereAreRefused()
    {
        const QuantizedWeight weight = quantize(at::randn({5, 64}), Quantization::Nf4);
        for (const int64_t row : {-1, 5}) {
            QVERIFY_EXCEPTION_THROWN(gatherRows(weight, at::tensor({int64_t{0}, row}, at::kLong)),
                                     c10::IndexError);
        }
    }

    // Several parts, the last of them short.
    void productsOfLargeWeightsAreThoseOfTheirNumbers_data()
    {
        QTest::addColumn<QString>("form");
        QTest::addColumn<int>("type");
        QTest::addColumn<bool>("hasBias");
        QTest::newRow("nf4 in float32") << "nf4 double" << int(at::kFloat) << true;
        QTest::newRow("nf4 in bfloat16") << "nf4" << int(at::kBFloat16) << false;
        QTest::newRow("nf4 in float64") << "nf4" << int(at::kDouble) << true;
        QTest::newRow("int8 in float32") << "int8" << int(at::kFloat) << false;
        QTest::newRow("int8 in bfloat16") << "int8" << int(at::kBFloat16) << true;
    }
    void productsOfLargeWeightsAreThoseOfTheirNumbers()
    {
        QFETCH(QString, form);
        QFETCH(int, type);
        QFETCH(bool, hasBias);
        const Form& packing = formNamed(form);
        const auto compute = static_cast<at::ScalarType>(type);
        constexpr int64_t kColumns = 65;
        constexpr int64_t kRows = kDenseNumbers / kColumns * 2 + 37;
        at::manual_seed(4);
        const QuantizedWeight weight =
            quantize(at::randn({kRows, kColumns}), packing.form, packing.doubleQuant);
        const Tensor whole = dequantize(weight, compute);
        const Tensor x = at::randn({3, kColumns}).to(compute);
        const Tensor bias = hasBias ? at::randn({kRows}).to(compute) : Tensor();
        const double tolerance = compute == at::kBFloat16 ? 4e-3 : 1e-6;

        const Tensor y = multiplyOutput(x, weight, bias);
        QCOMPARE(y.scalar_type(), compute);
        const Tensor expected = hasBias ? at::addmm(bias, x, whole.t()) : at::mm(x, whole.t());
        QVERIFY(relative(y, expected) < tolerance);
        QVERIFY(relative(y.narrow(1, kRows - 30, 30), expected.narrow(1, kRows - 30, 30))
                < tolerance);

        const Tensor g = at::randn({3, kRows}).to(compute);
        const Tensor dx = multiplyInput(g, weight);
        QCOMPARE(dx.scalar_type(), compute);
        // A float32 sum of so many numbers is no better.
        QVERIFY(relative(dx, at::mm(g.to(at::kDouble), whole.to(at::kDouble))) < 10 * tolerance);
    }
};

QTEST_GUILESS_MAIN(TestQuantizedRows)
#include "tst_quantized_rows.moc"
