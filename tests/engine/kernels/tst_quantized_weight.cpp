// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/kernels/quantized_weight.h"

#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

#include <QtTest>

using namespace engine::kernels;

namespace {

struct Form
{
    Quantization form;
    bool doubleQuant;
};

constexpr Form kForms[] = {
    {Quantization::Nf4, true}, {Quantization::Nf4, false}, {Quantization::Int8, false}};
constexpr at::ScalarType kTypes[] = {at::kFloat, at::kBFloat16, at::kHalf};

at::Tensor plainlyUnpacked(const QuantizedWeight& weight)
{
    if (const auto* int8 = std::get_if<Int8Weight>(&weight.packed)) {
        return dequantizeInt8(*int8);
    }
    return dequantizeNf4(std::get<Nf4Weight>(weight.packed), at::kFloat);
}

} // namespace

class TestQuantizedWeight : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersAreRoundedToTheTypeOfTheWeightAndThenToTheComputingOne()
    {
        for (const Form form : kForms) {
            for (const at::ScalarType stored : kTypes) {
                const at::Tensor weight = at::randn({48, 80}).to(stored);
                const QuantizedWeight packed = quantize(weight, form.form, form.doubleQuant);
                const bool isInt8 = form.form == Quantization::Int8;
                const at::ScalarType dtype = isInt8 ? at::kFloat : stored;
                QCOMPARE(packed.dtype, dtype);
                QVERIFY(packed.quantization() == form.form);
                QCOMPARE(packed.shape(), (std::vector<int64_t>{48, 80}));
                const at::Tensor numbers = plainlyUnpacked(packed).to(dtype);
                for (const at::ScalarType compute :
                     {at::kFloat, at::kBFloat16, at::kHalf, at::kDouble}) {
                    const at::Tensor unpacked = dequantize(packed, compute);
                    QCOMPARE(unpacked.scalar_type(), compute);
                    QVERIFY(unpacked.equal(numbers.to(compute)));
                }
                // Near what was packed: a scale is about three standard deviations.
                const double error =
                    (numbers.to(at::kFloat) - weight.to(at::kFloat)).norm().item<double>()
                    / weight.to(at::kFloat).norm().item<double>();
                QVERIFY2(error < (isInt8 ? 0.01 : 0.12), qPrintable(QString::number(error)));
            }
        }
    }

    // Widths that cut bytes and blocks, ranges that begin and end anywhere, rows with a gap.
    void anyRangeOfRowsAndColumnsIsThatPartOfTheWhole_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::newRow("blocks fill rows") << 9 << 256;
        QTest::newRow("two rows a block") << 8 << 32;
        QTest::newRow("rows cut blocks") << 7 << 80;
        QTest::newRow("rows cut bytes") << 9 << 67;
        QTest::newRow("one number a row") << 70 << 1;
        QTest::newRow("one number") << 1 << 1;
    }
    void anyRangeOfRowsAndColumnsIsThatPartOfTheWhole()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        for (const Form form : kForms) {
            const QuantizedWeight packed =
                quantize(at::randn({rows, columns}).to(at::kBFloat16), form.form, form.doubleQuant);
            for (const at::ScalarType type : kTypes) {
                const at::Tensor whole = dequantize(packed, type);
                for (int trial = 0; trial < 40; ++trial) {
                    const int64_t row = std::rand() % rows;
                    const int64_t count = 1 + std::rand() % (rows - row);
                    const int64_t column = std::rand() % columns;
                    const int64_t width = 1 + std::rand() % (columns - column);
                    const int64_t stride = width + std::rand() % 3;
                    at::Tensor part = at::full({count * stride + 8}, 7.0, type);
                    unpackRows(packed, row, count, column, width, type, part.data_ptr(), stride);
                    const at::Tensor expected = at::full({count * stride + 8}, 7.0, type);
                    expected.as_strided({count, width}, {stride, 1})
                        .copy_(whole.narrow(0, row, count).narrow(1, column, width));
                    QVERIFY(part.equal(expected));
                }
            }
        }
    }

    // Row scales and codes of the weight in float16, as bitsandbytes makes them.
    void int8GoesThroughFloat16()
    {
        const at::Tensor weight = at::randn({20, 300});
        const QuantizedWeight packed = quantize(weight, Quantization::Int8);
        const Int8Weight half = quantizeInt8(weight.to(at::kHalf));
        const auto& int8 = std::get<Int8Weight>(packed.packed);
        QVERIFY(int8.codes.equal(half.codes));
        QVERIFY(int8.scales.equal(half.scales));
        QVERIFY(!int8.scales.equal(quantizeInt8(weight).scales));
        try {
            quantize(weight.mul(1e6), Quantization::Int8);
            QFAIL("taken");
        } catch (const engine::Failure& failure) {
            QCOMPARE(failure.error().code, std::string("unsupported"));
            QVERIFY(failure.error().message.find("65504") != std::string::npos);
        }
    }

    // More than a cache holds is written past it.
    void largeWeightsUnpackAsSmallOnes()
    {
        const at::Tensor weight = at::randn({2500, 1000});
        for (const Form form : kForms) {
            const QuantizedWeight packed = quantize(weight, form.form, form.doubleQuant);
            for (const at::ScalarType type : kTypes) {
                at::Tensor rows = at::empty({2500, 1000}, type);
                unpackRows(packed, 0, 2500, 0, 1000, type, rows.data_ptr(), 1000);
                QVERIFY(dequantize(packed, type).equal(rows));
            }
        }
        at::Tensor other = at::empty({2500, 999});
        QVERIFY_EXCEPTION_THROWN(dequantizeInto(quantize(weight, Quantization::Nf4), other),
                                 c10::Error);
    }

    void aTransposedWeightIsPackedInItsOwnOrder()
    {
        const at::Tensor stored = at::randn({64, 48});
        for (const Form form : kForms) {
            const QuantizedWeight packed = quantize(stored.t(), form.form, form.doubleQuant);
            const QuantizedWeight dense =
                quantize(stored.t().contiguous(), form.form, form.doubleQuant);
            QVERIFY(dequantize(packed, at::kFloat).equal(dequantize(dense, at::kFloat)));
        }
    }

    // N / 2 + N / 64 + 4 N / 16384, 0.5159 bytes a weight.
    void bytesAreThoseOfTheFormula()
    {
        const at::Tensor weight = at::randn({256, 256});
        const int64_t n = weight.numel();
        QCOMPARE(quantize(weight, Quantization::Nf4).bytes(), n / 2 + n / 64 + 4 * n / 16384);
        QCOMPARE(quantize(weight, Quantization::Nf4, false).bytes(), n / 2 + 4 * n / 64);
        QCOMPARE(quantize(weight, Quantization::Int8).bytes(), n + 4 * 256);
    }

    void partsThatDoNotFitAreRefused()
    {
        QuantizedWeight packed = quantize(at::randn({8, 64}), Quantization::Nf4, false);
        std::get<Nf4Weight>(packed.packed).shape = {9, 64};
        QVERIFY_EXCEPTION_THROWN(dequantize(packed, at::kFloat), c10::Error);
        QVERIFY_EXCEPTION_THROWN(quantize(at::zeros({2, 2}), Quantization::None), c10::Error);
        QVERIFY_EXCEPTION_THROWN(quantize(at::zeros({2, 2}, at::kLong), Quantization::Nf4),
                                 c10::Error);
    }
};

QTEST_GUILESS_MAIN(TestQuantizedWeight)
#include "tst_quantized_weight.moc"
