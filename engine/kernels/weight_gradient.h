// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The gradients of weights that are trained themselves, W [out, in] of y = x Wᵀ: dW = Σ dyᵀ x over
// rows, as packed products whose depth are the rows. They are added to where the leaves keep them
// (Tensor::grad), as autograd would: a weight has one gradient in memory and no second pass over
// it. Threads share the outputs, and each sums over all rows in their order: bit-reproducible for
// any number of threads. T is float or c10::BFloat16.
#pragma once

#include "engine/kernels/block_rows.h"
#include "engine/kernels/packed_matrix.h"
#include "engine/kernels/pool_team.h"

#include <ATen/core/Tensor.h>

#include <span>
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

// Whether a weight has such a gradient: a leaf that is trained, on the processor, float32 without
// gaps.
bool isTrainedInPlace(const at::Tensor& weight);

// Where the gradient of a leaf, float32 without gaps, lies: zeros where it had none. Compute thread
// only.
float* leafGradient(const at::Tensor& weight);

// Of layers that read the same rows x, laid out before: these and what becomes of them.
template <typename T>
struct WeightRows
{
    RowsOf<const T> x;
    PackedRows* packed = nullptr;
};

// sums[i][j] += Σ_row gradient[row][i] · x[row][j].
template <typename T>
struct WeightSums
{
    RowsOf<const T> gradient; // [rows, outputs]
    int64_t outputs = 0;
    const PackedRows* x = nullptr;
    float* sums = nullptr; // [outputs, width] without gaps
};

// Packs all the rows, then adds all the sums.
template <typename T>
void addWeightGradients(std::span<const WeightRows<T>> rows,
                        std::span<const WeightSums<T>> weights,
                        PoolTeam& team);

} // namespace engine::kernels
