// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/weight_gradient.h"

#include "engine/kernels/packed_product.h"

#include <algorithm>
#include <cstring>

namespace engine::kernels {
namespace {

// Of a transposed piece: never a multiple of 1 KiB, which all rows of a tile would share.
constexpr int64_t kDepthStride = PackedRows::kPieceRows + 2 * kPanelFeatures;

// A thread's own.
struct Scratch
{
    AlignedBuffer transposed; // [outputs, rows of a piece]
    AlignedBuffer rest;       // float32 [outputs, 16]: sums behind the last whole panel
};

// to[i][row] = from[row][i] for 4 × 4 elements.
template <typename Bits>
[[gnu::always_inline]] inline void transposeSquare(const Bits* from, int64_t stride, Bits* to)
{
    using Lanes [[gnu::vector_size(4 * sizeof(Bits))]] = Bits;
    Lanes rows[4];
    for (int64_t i = 0; i < 4; ++i) {
        std::memcpy(&rows[i], from + i * stride, sizeof(Lanes));
    }
    const Lanes ab = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
    const Lanes cd = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
    const Lanes abHigh = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
    const Lanes cdHigh = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
    const Lanes columns[4] = {__builtin_shufflevector(ab, cd, 0, 1, 4, 5),
                              __builtin_shufflevector(ab, cd, 2, 3, 6, 7),
                              __builtin_shufflevector(abHigh, cdHigh, 0, 1, 4, 5),
                              __builtin_shufflevector(abHigh, cdHigh, 2, 3, 6, 7)};
    for (int64_t i = 0; i < 4; ++i) {
        std::memcpy(to + i * kDepthStride, &columns[i], sizeof(Lanes));
    }
}

// to[i][row] = from[row][i], its rows kDepthStride apart.
template <typename T>
void transpose(RowsOf<const T> from, int64_t rows, int64_t outputs, T* to)
{
    using Bits = std::conditional_t<std::is_same_v<T, float>, uint32_t, uint16_t>;
    const auto* const bits = reinterpret_cast<const Bits*>(from.data);
    auto* const result = reinterpret_cast<Bits*>(to);
    const int64_t wholeRows = rows / 4 * 4;
    const int64_t wholeOutputs = outputs / 4 * 4;
    const auto one = [&](int64_t row, int64_t i) {
        result[i * kDepthStride + row] = bits[row * from.stride + i];
    };
    for (int64_t row = 0; row < wholeRows; row += 4) {
        for (int64_t i = 0; i < wholeOutputs; i += 4) {
            transposeSquare(
                bits + row * from.stride + i, from.stride, result + i * kDepthStride + row);
        }
        for (int64_t i = wholeOutputs; i < outputs; ++i) {
            for (int64_t r = row; r < row + 4; ++r) {
                one(r, i);
            }
        }
    }
    for (int64_t row = wholeRows; row < rows; ++row) {
        for (int64_t i = 0; i < outputs; ++i) {
            one(row, i);
        }
    }
}

} // namespace

void PackedRows::layOut(int64_t rows, int64_t width, PackedType type)
{
    m_rows = rows;
    m_width = width;
    m_pieces.resize(std::max(m_pieces.size(), static_cast<std::size_t>(pieces())));
    for (int64_t piece = 0; piece < pieces(); ++piece) {
        m_pieces[static_cast<std::size_t>(piece)].layOut(width, this->rows(piece), type);
    }
}

int64_t PackedRows::rows(int64_t piece) const
{
    return std::min(kPieceRows, m_rows - piece * kPieceRows);
}

template <typename T>
void PackedRows::pack(int64_t piece, RowsOf<const T> x)
{
    PackedMatrix& matrix = m_pieces[static_cast<std::size_t>(piece)];
    const int64_t count = rows(piece);
    WeightView view;
    view.data = x.row(piece * kPieceRows);
    view.type = std::is_same_v<T, float> ? WeightView::Type::Float32 : WeightView::Type::BFloat16;
    view.rows = count;
    view.columns = matrix.features();
    view.rowStride = x.stride;
    view.columnStride = 1;
    packInto(transposed(view), 0, 0, matrix);
    for (int64_t i = 0; count < matrix.depth() && i < matrix.features(); ++i) {
        matrix.set(i, count, 0);
    }
}

template <typename T>
void addWeightGradient(RowsOf<const T> gradient, int64_t outputs, const PackedRows& x, float* sums)
{
    thread_local Scratch tScratch;
    tScratch.transposed.reserve(static_cast<std::size_t>(kGradientOutputs * kDepthStride)
                                * sizeof(T));
    tScratch.rest.reserve(static_cast<std::size_t>(kGradientOutputs * kPanelFeatures)
                          * sizeof(float));
    auto* const transposed = tScratch.transposed.as<T>();
    auto* const rest = tScratch.rest.as<float>();
    const int64_t width = x.width();
    const int64_t whole = width / kPanelFeatures;
    const int64_t left = width - whole * kPanelFeatures;
    std::fill_n(rest, outputs * kPanelFeatures, 0.0F);
    for (int64_t piece = 0; piece < x.pieces(); ++piece) {
        const int64_t rows = x.rows(piece);
        transpose(gradient.from(piece * PackedRows::kPieceRows), rows, outputs, transposed);
        for (int64_t i = 0; rows < x.matrix(piece).depth() && i < outputs; ++i) {
            transposed[i * kDepthStride + rows] = T(0);
        }
        PackedProduct product = productOf(transposed, kDepthStride, x.matrix(piece), outputs);
        product.panels = whole;
        product.c = sums;
        product.cStride = width;
        product.residual = sums;
        product.residualStride = width;
        product.isFloatOutput = true;
        if (whole > 0) {
            packedKernels()->product(product);
        }
        if (left > 0) {
            product.firstPanel = whole;
            product.panels = 1;
            product.c = rest - whole * kPanelFeatures;
            product.cStride = kPanelFeatures;
            product.residual = product.c;
            product.residualStride = kPanelFeatures;
            packedKernels()->product(product);
        }
    }
    for (int64_t i = 0; left > 0 && i < outputs; ++i) {
        float* const to = sums + i * width + whole * kPanelFeatures;
        for (int64_t j = 0; j < left; ++j) {
            to[j] += rest[i * kPanelFeatures + j];
        }
    }
}

#define LORA_GRADIENTS(T)                                                                          \
    template void PackedRows::pack(int64_t, RowsOf<const T>);                                      \
    template void addWeightGradient(RowsOf<const T>, int64_t, const PackedRows&, float*);

LORA_GRADIENTS(float)
LORA_GRADIENTS(c10::BFloat16)

} // namespace engine::kernels
