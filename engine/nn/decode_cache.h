// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Keys and values of one sequence in the layout of packed matrices, so that scores and mixtures
// are packed products: for every block and key head K [positions, headDim], 16 positions to a
// panel, and V [headDim, positions], 16 dimensions to a panel. 2 · headDim · kvHeads · layers
// numbers of the packed type per token. What stands behind the tokens of a sequence is finite and
// counts for nothing. Threads may work on different heads at once.
#pragma once

#include "engine/kernels/block_rows.h"
#include "engine/kernels/packed_matrix.h"

#include <cstdint>
#include <vector>

namespace engine::nn {

class DecodeCache
{
public:
    DecodeCache() = default;
    DecodeCache(int64_t layers, int64_t kvHeads, int64_t headDim, kernels::PackedType type);

    // Room for `length` positions, at most `limit` ever; keeps what is there. One thread.
    void reserve(int64_t length, int64_t limit);
    int64_t capacity() const { return m_capacity; }
    std::size_t bytes() const;

    // Puts keys and values, rows of headDim, at the positions [first, first + count), rounded to
    // the packed type.
    void write(int64_t layer,
               int64_t head,
               int64_t first,
               int64_t count,
               kernels::RowsOf<const float> keys,
               kernels::RowsOf<const float> values);

    const kernels::PackedMatrix& keys(int64_t layer, int64_t head) const
    {
        return m_keys[index(layer, head)];
    }
    const kernels::PackedMatrix& values(int64_t layer, int64_t head) const
    {
        return m_values[index(layer, head)];
    }

private:
    std::size_t index(int64_t layer, int64_t head) const
    {
        return static_cast<std::size_t>(layer * m_heads + head);
    }

    int64_t m_heads = 0;
    int64_t m_headDim = 0;
    kernels::PackedType m_type = kernels::PackedType::Float32;
    int64_t m_capacity = 0;
    std::vector<kernels::PackedMatrix> m_keys;
    std::vector<kernels::PackedMatrix> m_values;
};

} // namespace engine::nn
