// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/unpacked_panels.h"

#include "engine/kernels/decode_kernels.h"

#include <algorithm>
#include <cstring>

namespace engine::kernels {
namespace {

// 16 rows of so many numbers stay in the first cache.
constexpr int64_t kTileColumns = 256;

struct Tile
{
    alignas(64) float numbers[kPanelFeatures * kTileColumns];
};

at::ScalarType numberType(PackedType type)
{
    return type == PackedType::Float32 ? at::kFloat : at::kBFloat16;
}

// The rectangle, of at most 16 rows and kTileColumns columns, unpacked into the tile.
WeightView
unpacked(const QuantizedWeight& weight, const WeightPart& part, PackedType type, Tile& tile)
{
    unpackRows(weight,
               part.row,
               part.rows,
               part.column,
               part.columns,
               numberType(type),
               tile.numbers,
               kTileColumns);
    return {tile.numbers,
            type == PackedType::Float32 ? WeightView::Type::Float32 : WeightView::Type::BFloat16,
            part.rows,
            part.columns,
            kTileColumns,
            1};
}

// tile(part) for tiles of the rectangle, rows in steps of 16.
template <typename Take>
void forTiles(const WeightPart& whole, Take take)
{
    for (int64_t row = 0; row < whole.rows; row += kPanelFeatures) {
        for (int64_t column = 0; column < whole.columns; column += kTileColumns) {
            take(WeightPart{whole.row + row,
                            std::min(kPanelFeatures, whole.rows - row),
                            whole.column + column,
                            std::min(kTileColumns, whole.columns - column)});
        }
    }
}

} // namespace

void unpackForOutput(const QuantizedWeight& weight,
                     const WeightPart& part,
                     int64_t feature,
                     PackedMatrix& result)
{
    const int64_t last = feature + part.rows;
    if (last % kPanelFeatures != 0) {
        std::memset(
            result.panel(last / kPanelFeatures), 0, static_cast<std::size_t>(result.panelBytes()));
    }
    Tile tile;
    forTiles(part, [&](const WeightPart& piece) {
        packInto(unpacked(weight, piece, result.type(), tile),
                 feature + piece.row - part.row,
                 piece.column - part.column,
                 result);
    });
    for (int64_t i = 0; part.columns % 2 != 0 && i < part.rows; ++i) {
        result.set(feature + i, part.columns, 0);
    }
}

void unpackForInput(const QuantizedWeight& weight,
                    const WeightPart& part,
                    int64_t depth,
                    PackedMatrix& result)
{
    Tile tile;
    forTiles(part, [&](const WeightPart& piece) {
        WeightView view = unpacked(weight, piece, result.type(), tile);
        std::swap(view.rows, view.columns);
        std::swap(view.rowStride, view.columnStride);
        packInto(view, piece.column, depth + piece.row - part.row, result);
    });
}

void multiplyRows(const QuantizedWeight& weight, const WeightPart& part, const float* x, float* y)
{
    const DecodeKernels& kernels = *decodeKernels();
    std::fill_n(y, part.rows, 0.0F);
    Tile tile;
    forTiles(part, [&](const WeightPart& piece) {
        unpacked(weight, piece, PackedType::Float32, tile);
        float sums[kPanelFeatures];
        kernels.project({tile.numbers, piece.rows, piece.columns, kTileColumns},
                        x + piece.column - part.column,
                        1,
                        sums);
        float* const to = y + piece.row - part.row;
        for (int64_t i = 0; i < piece.rows; ++i) {
            to[i] += sums[i];
        }
    });
}

} // namespace engine::kernels
