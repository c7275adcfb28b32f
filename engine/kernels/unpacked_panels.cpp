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
// Of the rows that become depths: each of a tile's 16 panels gets so many lines behind each other
// that the processor sees it coming. In the second cache.
constexpr int64_t kDepthRows = 64;
constexpr int64_t kLineBytes = 64; // that memory comes in

template <int64_t Rows>
struct Tile
{
    alignas(64) float numbers[Rows * kTileColumns];
};

at::ScalarType numberType(PackedType type)
{
    return type == PackedType::Float32 ? at::kFloat : at::kBFloat16;
}

void prefetch(const void* begin, int64_t bytes)
{
    const auto* line = static_cast<const std::byte*>(begin);
    for (int64_t i = 0; i < bytes; i += kLineBytes) {
        __builtin_prefetch(line + i);
    }
}

// Fetches what a part of a row is unpacked from, for soon: rows of a narrow part lie too far apart
// for the processor to see them coming.
void prefetchRow(const WeightView& weight, int64_t row, int64_t firstColumn, int64_t columns)
{
    const WeightView part = rectangle(weight, row, 1, firstColumn, columns);
    if (part.columnStride == 1) {
        prefetch(part.data, columns * bytesOf(part.type));
    }
}

void prefetchRow(const QuantizedWeight& weight, int64_t row, int64_t firstColumn, int64_t columns)
{
    if (const auto* int8 = std::get_if<Int8Weight>(&weight.packed)) {
        prefetch(int8->codes.const_data_ptr<int8_t>() + row * int8->codes.size(1) + firstColumn,
                 columns);
        return;
    }
    const auto& nf4 = std::get<Nf4Weight>(weight.packed);
    const int64_t first = row * nf4.shape.back() + firstColumn;
    prefetch(nf4.codes.const_data_ptr<uint8_t>() + first / 2, columns / 2);
    const int64_t scaleBytes = nf4.scales.element_size();
    prefetch(static_cast<const std::byte*>(nf4.scales.const_data_ptr())
                 + first / nf4.block * scaleBytes,
             columns / nf4.block * scaleBytes);
}

// The rectangle, of at most kTileColumns columns and the tile's rows: of a dense weight where it
// is, a quantised one unpacked into the tile. What the next one is made from is fetched meanwhile.
template <int64_t Rows>
WeightView unpacked(const StoredWeight& weight,
                    const WeightPart& part,
                    const WeightPart& next,
                    PackedType type,
                    Tile<Rows>& tile)
{
    if (weight.quantized == nullptr) {
        for (int64_t i = 0; i < next.rows; ++i) {
            prefetchRow(weight.dense, next.row + i, next.column, next.columns);
        }
        return rectangle(weight.dense, part.row, part.rows, part.column, part.columns);
    }
    auto* to = reinterpret_cast<std::byte*>(tile.numbers);
    const int64_t rowBytes = kTileColumns * bytesOf(type);
    for (int64_t i = 0; i < part.rows; ++i, to += rowBytes) {
        if (i < next.rows) {
            prefetchRow(*weight.quantized, next.row + i, next.column, next.columns);
        }
        unpackRows(*weight.quantized,
                   part.row + i,
                   1,
                   part.column,
                   part.columns,
                   numberType(type),
                   to,
                   kTileColumns);
    }
    return {tile.numbers,
            type == PackedType::Float32 ? WeightView::Type::Float32 : WeightView::Type::BFloat16,
            part.rows,
            part.columns,
            kTileColumns,
            1};
}

// take(part, next) for tiles of the rectangle; behind the last one comes an empty one.
template <int64_t Rows, typename Take>
void forTiles(const WeightPart& whole, Take take)
{
    const auto tileAt = [&whole](int64_t row, int64_t column) {
        return WeightPart{whole.row + row,
                          std::clamp<int64_t>(whole.rows - row, 0, Rows),
                          whole.column + column,
                          std::min(kTileColumns, whole.columns - column)};
    };
    for (int64_t row = 0; row < whole.rows; row += Rows) {
        for (int64_t column = 0; column < whole.columns; column += kTileColumns) {
            const bool isLast = column + kTileColumns >= whole.columns;
            take(tileAt(row, column),
                 isLast ? tileAt(row + Rows, 0) : tileAt(row, column + kTileColumns));
        }
    }
}

// Fetches lines that will be written.
void prefetchLines(std::byte* begin, int64_t bytes)
{
    for (int64_t i = 0; i < bytes; i += kLineBytes) {
        __builtin_prefetch(begin + i, /*write=*/1);
    }
}

} // namespace

void unpackForOutput(const StoredWeight& weight,
                     const WeightPart& part,
                     int64_t feature,
                     PackedMatrix& result)
{
    const int64_t last = feature + part.rows;
    if (last % kPanelFeatures != 0) {
        std::memset(
            result.panel(last / kPanelFeatures), 0, static_cast<std::size_t>(result.panelBytes()));
    }
    Tile<kPanelFeatures> tile;
    forTiles<kPanelFeatures>(part, [&](const WeightPart& piece, const WeightPart& next) {
        packInto(unpacked(weight, piece, next, result.type(), tile),
                 feature + piece.row - part.row,
                 piece.column - part.column,
                 result);
    });
    for (int64_t i = 0; part.columns % 2 != 0 && i < part.rows; ++i) {
        result.set(feature + i, part.columns, 0);
    }
}

void unpackForInput(const StoredWeight& weight,
                    const WeightPart& part,
                    int64_t depth,
                    PackedMatrix& result)
{
    const int64_t lineBytes = kPanelFeatures * bytesOf(result.type()); // of one depth
    Tile<kDepthRows> tile;
    forTiles<kDepthRows>(part, [&](const WeightPart& piece, const WeightPart& next) {
        const int64_t at = depth + piece.row - part.row;
        const auto linesOf = [&](int64_t column) {
            prefetchLines(result.panel(column / kPanelFeatures) + at * lineBytes,
                          piece.rows * lineBytes);
        };
        linesOf(piece.column);
        const WeightView view = transposed(unpacked(weight, piece, next, result.type(), tile));
        for (int64_t column = 0; column < piece.columns; column += kPanelFeatures) {
            if (column + kPanelFeatures < piece.columns) {
                linesOf(piece.column + column + kPanelFeatures);
            }
            const int64_t features = std::min(kPanelFeatures, piece.columns - column);
            packInto(rectangle(view, column, features, 0, piece.rows),
                     piece.column + column,
                     at,
                     result);
        }
    });
}

void multiplyRows(const QuantizedWeight& weight, const WeightPart& part, const float* x, float* y)
{
    const DecodeKernels& kernels = *decodeKernels();
    std::fill_n(y, part.rows, 0.0F);
    Tile<kPanelFeatures> tile;
    forTiles<kPanelFeatures>(part, [&](const WeightPart& piece, const WeightPart& next) {
        unpacked({{}, &weight}, piece, next, PackedType::Float32, tile);
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
