// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Every element of a packed matrix against the layout that its header defines.
#include "engine/kernels/packed_matrix.h"

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <QtTest>

#include <bit>

using namespace engine::kernels;

class TestPackedMatrix : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyElementHasItsPlace_data();
    void everyElementHasItsPlace();
};

namespace {

using Type = WeightView::Type;

// Numbers that rounding to bfloat16 changes, with a NaN among them.
template <typename T>
std::vector<T> numbers(int64_t count, int64_t seed)
{
    std::vector<T> all;
    for (int64_t i = 0; i < count; ++i) {
        all.push_back(static_cast<T>(static_cast<float>((i * 7919 + seed) % 4001 - 2000) / 3.0F));
    }
    all[static_cast<std::size_t>(count / 2)] = std::numeric_limits<T>::quiet_NaN();
    return all;
}

struct Stored
{
    std::vector<float> floats;
    std::vector<c10::BFloat16> bfloats;
    std::vector<c10::Half> halves;
    WeightView view;

    float at(int64_t row, int64_t column) const
    {
        const auto place =
            static_cast<std::size_t>(row * view.rowStride + column * view.columnStride);
        return view.type == Type::Float32    ? floats[place]
               : view.type == Type::BFloat16 ? static_cast<float>(bfloats[place])
                                             : static_cast<float>(halves[place]);
    }
};

// Wider than the view, so that rows do not touch.
Stored stored(Type type, int64_t rows, int64_t columns, bool isTransposed, int64_t seed)
{
    Stored all;
    const int64_t width = (isTransposed ? rows : columns) + 3;
    const int64_t count = width * (isTransposed ? columns : rows);
    all.floats = numbers<float>(count, seed);
    all.bfloats = numbers<c10::BFloat16>(count, seed);
    all.halves = numbers<c10::Half>(count, seed);
    const void* data = type == Type::Float32    ? static_cast<const void*>(all.floats.data())
                       : type == Type::BFloat16 ? static_cast<const void*>(all.bfloats.data())
                                                : static_cast<const void*>(all.halves.data());
    all.view = {data, type, rows, columns, isTransposed ? 1 : width, isTransposed ? width : 1};
    return all;
}

uint32_t bitsAt(const PackedMatrix& packed, int64_t feature, int64_t k)
{
    const std::byte* panel = packed.panel(feature / kPanelFeatures);
    const int64_t lane = feature % kPanelFeatures;
    if (packed.type() == PackedType::Float32) {
        return reinterpret_cast<const uint32_t*>(panel)[k * kPanelFeatures + lane];
    }
    return reinterpret_cast<const uint16_t*>(panel)[(k / 2 * kPanelFeatures + lane) * 2 + k % 2];
}

uint32_t expectedBits(float value, PackedType type)
{
    return type == PackedType::Float32 ? std::bit_cast<uint32_t>(value) : c10::BFloat16(value).x;
}

// Whether all that is packed is `value(feature, k)`, or zero where that is nothing.
template <typename Value>
bool holds(const PackedMatrix& packed, Value value)
{
    for (int64_t feature = 0; feature < packed.features(); ++feature) {
        for (int64_t k = 0; k < packed.depth(); ++k) {
            const std::optional<float> wanted = value(feature, k);
            if (bitsAt(packed, feature, k) != (wanted ? expectedBits(*wanted, packed.type()) : 0)) {
                qWarning() << "feature" << feature << "depth" << k;
                return false;
            }
        }
    }
    return true;
}

} // namespace

void TestPackedMatrix::everyElementHasItsPlace_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<bool>("isTransposed");
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    for (const Type type : {Type::Float32, Type::BFloat16, Type::Float16}) {
        for (const bool isTransposed : {false, true}) {
            for (const auto& [rows, columns] :
                 {std::pair(64, 96), {16, 8}, {17, 7}, {5, 33}, {100, 1}, {48, 515}, {515, 48}}) {
                QTest::addRow("type %d%s %d x %d",
                              static_cast<int>(type),
                              isTransposed ? " transposed" : "",
                              rows,
                              columns)
                    << static_cast<int>(type) << isTransposed << rows << columns;
            }
        }
    }
}

void TestPackedMatrix::everyElementHasItsPlace()
{
    QFETCH(int, type);
    QFETCH(bool, isTransposed);
    QFETCH(int, rows);
    QFETCH(int, columns);
    const Stored first = stored(static_cast<Type>(type), rows, columns, isTransposed, 1);
    const Stored second = stored(static_cast<Type>(type), 20, columns, isTransposed, 2);
    const std::array views{first.view, second.view};
    const int64_t border = partOffset(views, 1);
    const auto element = [&](int64_t row, int64_t column) -> std::optional<float> {
        if (column >= columns) {
            return std::nullopt;
        }
        if (row < border) {
            return row < rows ? std::optional(first.at(row, column)) : std::nullopt;
        }
        return row - border < 20 ? std::optional(second.at(row - border, column)) : std::nullopt;
    };
    for (const PackedType packedType : {PackedType::Float32, PackedType::BFloat16}) {
        QVERIFY(holds(packForOutput(views, packedType), element));
        QVERIFY(holds(packForInput(views, packedType),
                      [&](int64_t feature, int64_t k) { return element(k, feature); }));
    }
}

QTEST_GUILESS_MAIN(TestPackedMatrix)
#include "tst_packed_matrix.moc"
