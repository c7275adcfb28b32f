// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Panels made from quantised weights against those packed from the same weights made dense.
#include "engine/kernels/unpacked_panels.h"

#include "engine/kernels/processor.h"

#include <ATen/ops/matmul.h>
#include <ATen/ops/randn.h>

#include <QtTest>

#include <cstring>

using namespace engine::kernels;

namespace {

WeightView viewOf(const at::Tensor& weight)
{
    return {weight.const_data_ptr(),
            weight.scalar_type() == at::kFloat  ? WeightView::Type::Float32
            : weight.scalar_type() == at::kHalf ? WeightView::Type::Float16
                                                : WeightView::Type::BFloat16,
            weight.size(0),
            weight.size(1),
            weight.stride(0),
            weight.stride(1)};
}

bool isSame(const PackedMatrix& x, const PackedMatrix& y)
{
    return x.features() == y.features() && x.depth() == y.depth()
           && std::memcmp(
                  x.panel(0), y.panel(0), static_cast<std::size_t>(x.panels() * x.panelBytes()))
                  == 0;
}

} // namespace

class TestUnpackedPanels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalWhatIsPackedFromTheDenseWeight_data()
    {
        QTest::addColumn<int>("form");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::addColumn<bool>("isFloat");
        for (const Quantization form : {Quantization::Nf4, Quantization::Int8}) {
            for (const auto& [rows, columns] :
                 {std::pair(64, 512), std::pair(37, 70), std::pair(5, 301), std::pair(300, 33)}) {
                for (const bool isFloat : {true, false}) {
                    QTest::addRow("%s %d × %d %s",
                                  form == Quantization::Nf4 ? "nf4" : "int8",
                                  rows,
                                  columns,
                                  isFloat ? "float32" : "bfloat16")
                        << static_cast<int>(form) << rows << columns << isFloat;
                }
            }
        }
    }
    void equalWhatIsPackedFromTheDenseWeight()
    {
        QFETCH(int, form);
        QFETCH(int, rows);
        QFETCH(int, columns);
        QFETCH(bool, isFloat);
        const at::ScalarType type = isFloat ? at::kFloat : at::kBFloat16;
        const PackedType packed = isFloat ? PackedType::Float32 : PackedType::BFloat16;
        const QuantizedWeight weight =
            quantize(at::randn({rows, columns}).to(type), static_cast<Quantization>(form));
        const at::Tensor dense = dequantize(weight, type);
        equalsThePackedWhole({{}, &weight}, dense, packed);
    }

    // From whatever they are stored in, also transposed, into either packed type.
    void denseWeightsNeedNotBePackedAsAWhole_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        for (const auto& [rows, columns] :
             {std::pair(64, 512), std::pair(37, 70), std::pair(5, 301), std::pair(300, 33)}) {
            QTest::addRow("%d × %d", rows, columns) << rows << columns;
        }
    }
    void denseWeightsNeedNotBePackedAsAWhole()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        for (const at::ScalarType stored : {at::kFloat, at::kBFloat16, at::kHalf}) {
            for (const bool isTransposed : {false, true}) {
                const at::Tensor numbers = isTransposed ? at::randn({columns, rows}).to(stored).t()
                                                        : at::randn({rows, columns}).to(stored);
                for (const PackedType packed : {PackedType::Float32, PackedType::BFloat16}) {
                    equalsThePackedWhole({viewOf(numbers)}, numbers, packed);
                }
            }
        }
    }

    void severalWeightsStackAsTheyDoDense()
    {
        const at::Tensor first = at::randn({40, 48});
        const at::Tensor second = at::randn({19, 48});
        const QuantizedWeight one = quantize(first, Quantization::Nf4);
        const QuantizedWeight two = quantize(second, Quantization::Nf4);
        const at::Tensor denseOne = dequantize(one, at::kFloat);
        const at::Tensor denseTwo = dequantize(two, at::kFloat);
        const std::array<WeightView, 2> views = {viewOf(denseOne), viewOf(denseTwo)};
        PackedMatrix input(48, 48 + 32, PackedType::Float32);
        unpackForInput({{}, &one}, {0, 40, 0, 48}, 0, input);
        unpackForInput({{}, &two}, {0, 19, 0, 48}, 48, input);
        QVERIFY(isSame(input, packForInput(views, PackedType::Float32)));
    }

    void rowsAreMultipliedWithAVector()
    {
        if (instructionSet() == InstructionSet::None) {
            QSKIP("this processor has no decoding kernels");
        }
        for (const Quantization form : {Quantization::Nf4, Quantization::Int8}) {
            const QuantizedWeight weight = quantize(at::randn({30, 700}), form);
            const at::Tensor x = at::randn({600});
            std::array<float, 11> y;
            multiplyRows(weight, {17, 11, 50, 600}, x.const_data_ptr<float>(), y.data());
            const at::Tensor part =
                dequantize(weight, at::kFloat).narrow(0, 17, 11).narrow(1, 50, 600);
            const at::Tensor expected = at::matmul(part, x);
            for (int64_t i = 0; i < 11; ++i) {
                QVERIFY(std::abs(y[static_cast<std::size_t>(i)] - expected[i].item<float>())
                        < 1e-3);
            }
        }
    }

private:
    // Panel by panel, over what stood there before.
    static void
    equalsThePackedWhole(const StoredWeight& weight, const at::Tensor& dense, PackedType packed)
    {
        const int64_t rows = dense.size(0);
        const int64_t columns = dense.size(1);
        const WeightView view = viewOf(dense);
        PackedMatrix output(rows, columns, packed);
        std::memset(
            output.panel(0), 0x11, static_cast<std::size_t>(output.panels() * output.panelBytes()));
        for (int64_t row = 0; row < rows; row += kPanelFeatures) {
            const int64_t count = std::min<int64_t>(kPanelFeatures, rows - row);
            unpackForOutput(weight, {row, count, 0, columns}, row, output);
        }
        QVERIFY(isSame(output, packForOutput({&view, 1}, packed)));

        PackedMatrix input(columns, roundedUp(rows, kPanelFeatures), packed);
        for (int64_t column = 0; column < columns; column += 2 * kPanelFeatures) {
            const int64_t count = std::min<int64_t>(2 * kPanelFeatures, columns - column);
            unpackForInput(weight, {0, rows, column, count}, 0, input);
        }
        QVERIFY(isSame(input, packForInput({&view, 1}, packed)));
    }
};

QTEST_GUILESS_MAIN(TestUnpackedPanels)
#include "tst_unpacked_panels.moc"
