// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The gradient of a weight that is trained itself, W [out, in] of y = x Wᵀ: dW = Σ dyᵀ x over rows,
// as packed products whose depth are the rows. On the calling thread; T is float or c10::BFloat16.
#pragma once

#include "engine/kernels/block_rows.h"
#include "engine/kernels/packed_matrix.h"

#include <vector>

namespace engine::kernels {

// Rows as right factors, in pieces that stay in a core's cache.
class PackedRows
{
public:
    static constexpr int64_t kPieceRows = 256;

    void layOut(int64_t rows, int64_t width, PackedType type);
    int64_t pieces() const { return (m_rows + kPieceRows - 1) / kPieceRows; }
    // x: all rows [rows, width], each with whole panels of numbers. Any thread may fill a piece.
    template <typename T>
    void pack(int64_t piece, RowsOf<const T> x);

    int64_t width() const { return m_width; }
    int64_t rows(int64_t piece) const;
    const PackedMatrix& matrix(int64_t piece) const
    {
        return m_pieces[static_cast<std::size_t>(piece)];
    }

private:
    int64_t m_rows = 0;
    int64_t m_width = 0;
    std::vector<PackedMatrix> m_pieces; // of these the first are in use
};

// Outputs that are summed up together.
inline constexpr int64_t kGradientOutputs = 64;

// sums[i][j] += Σ_row gradient[row][i] · x[row][j] for i < outputs ≤ kGradientOutputs, row by row
// in their order.
//   gradient  all rows [rows, outputs]
//   sums      [outputs, width] without gaps
template <typename T>
void addWeightGradient(RowsOf<const T> gradient, int64_t outputs, const PackedRows& x, float* sums);

} // namespace engine::kernels
