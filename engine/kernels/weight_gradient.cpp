// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/weight_gradient.h"

#include "engine/kernels/packed_product.h"
#include "engine/kernels/profile.h"

#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cstring>

namespace engine::kernels {
namespace {

// Of a transposed piece: never a multiple of 1 KiB, which all rows of a tile would share.
constexpr int64_t kDepthStride = PackedRows::kPieceRows + 2 * kPanelFeatures;
constexpr int64_t kTileOutputs = 96; // that a thread sums up together

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

// Of at most kTileOutputs outputs, on the calling thread.
template <typename T>
void addTile(const WeightSums<T>& tile)
{
    thread_local Scratch tScratch;
    tScratch.transposed.reserve(static_cast<std::size_t>(kTileOutputs * kDepthStride) * sizeof(T));
    tScratch.rest.reserve(static_cast<std::size_t>(kTileOutputs * kPanelFeatures) * sizeof(float));
    auto* const transposed = tScratch.transposed.as<T>();
    auto* const rest = tScratch.rest.as<float>();
    const PackedRows& x = *tile.x;
    const int64_t width = x.width();
    const int64_t whole = width / kPanelFeatures;
    const int64_t left = width - whole * kPanelFeatures;
    std::fill_n(rest, tile.outputs * kPanelFeatures, 0.0F);
    for (int64_t piece = 0; piece < x.pieces(); ++piece) {
        const int64_t rows = x.rows(piece);
        transpose(
            tile.gradient.from(piece * PackedRows::kPieceRows), rows, tile.outputs, transposed);
        for (int64_t i = 0; rows < x.matrix(piece).depth() && i < tile.outputs; ++i) {
            transposed[i * kDepthStride + rows] = T(0);
        }
        PackedProduct product = productOf(transposed, kDepthStride, x.matrix(piece), tile.outputs);
        product.isFloatOutput = true;
        const auto add = [&product](int64_t firstPanel, int64_t panels, float* to, int64_t stride) {
            product.firstPanel = firstPanel;
            product.panels = panels;
            product.c = to;
            product.cStride = stride;
            product.residual = to;
            product.residualStride = stride;
            packedKernels()->product(product);
        };
        if (whole > 0) {
            add(0, whole, tile.sums, width);
        }
        if (left > 0) {
            add(whole, 1, rest - whole * kPanelFeatures, kPanelFeatures);
        }
    }
    for (int64_t i = 0; left > 0 && i < tile.outputs; ++i) {
        float* const to = tile.sums + i * width + whole * kPanelFeatures;
        for (int64_t j = 0; j < left; ++j) {
            to[j] += rest[i * kPanelFeatures + j];
        }
    }
}

} // namespace

bool isTrainedInPlace(const at::Tensor& weight)
{
    return weight.defined() && weight.requires_grad() && weight.is_leaf() && weight.is_cpu()
           && weight.scalar_type() == at::kFloat && weight.is_contiguous();
}

float* leafGradient(const at::Tensor& weight)
{
    at::Tensor& gradient = weight.mutable_grad();
    if (!gradient.defined()) {
        gradient = at::zeros_like(weight);
    }
    TORCH_CHECK(gradient.is_contiguous() && gradient.scalar_type() == at::kFloat,
                "the gradient of a trained weight is float32 without gaps");
    return gradient.data_ptr<float>();
}

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
void addWeightGradients(std::span<const WeightRows<T>> rows,
                        std::span<const WeightSums<T>> weights,
                        PoolTeam& team)
{
    std::vector<std::pair<const WeightRows<T>*, int64_t>> pieces;
    for (const WeightRows<T>& one : rows) {
        for (int64_t piece = 0; piece < one.packed->pieces(); ++piece) {
            pieces.emplace_back(&one, piece);
        }
    }
    std::vector<WeightSums<T>> tiles;
    for (const WeightSums<T>& weight : weights) {
        for (int64_t first = 0; first < weight.outputs; first += kTileOutputs) {
            tiles.push_back({weight.gradient.columns(first),
                             std::min(kTileOutputs, weight.outputs - first),
                             weight.x,
                             weight.sums + first * weight.x->width()});
        }
    }
    team.each(static_cast<int64_t>(pieces.size()), [&](int64_t task, int) {
        const ProfileScope scope(Part::WeightGradient);
        const auto& [one, piece] = pieces[static_cast<std::size_t>(task)];
        one->packed->pack(piece, one->x);
    });
    team.each(static_cast<int64_t>(tiles.size()), [&](int64_t task, int) {
        const ProfileScope scope(Part::WeightGradient);
        addTile(tiles[static_cast<std::size_t>(task)]);
    });
}

#define LORA_GRADIENTS(T)                                                                          \
    template void PackedRows::pack(int64_t, RowsOf<const T>);                                      \
    template void addWeightGradients(                                                              \
        std::span<const WeightRows<T>>, std::span<const WeightSums<T>>, PoolTeam&);

LORA_GRADIENTS(float)
LORA_GRADIENTS(c10::BFloat16)

} // namespace engine::kernels
