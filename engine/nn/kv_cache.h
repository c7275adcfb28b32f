// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Keys and values of sequences that are being generated, for every block. Compute thread only.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace engine::nn {

class KvCache
{
public:
    // Grows on demand; `capacity` is the number of tokens of a sequence to reserve at first use.
    KvCache(int64_t layers, int64_t capacity, int64_t sequences = 1);

    // Appends k, v [new, kvHeads, headDim] to a sequence in block `layer`; returns the keys and
    // values so far that the new ones' queries see: all [length, kvHeads, headDim], or with a
    // window the last window − 1 + new. What no later query sees is forgotten.
    std::pair<at::Tensor, at::Tensor> append(int64_t layer,
                                             const at::Tensor& k,
                                             const at::Tensor& v,
                                             int64_t window = 0,
                                             int64_t sequence = 0);

    // Sequence i goes on from what sequence parents[i] holds: beams that fork and die. There may be
    // more or fewer of them than before.
    void reorder(std::span<const int64_t> parents);

    // Tokens of the first sequence, prefix keys and forgotten ones included.
    int64_t length(int64_t layer) const;
    bool empty() const { return m_sequences.empty() || length(0) == 0; }

private:
    struct Layer
    {
        at::Tensor keys; // [capacity, kvHeads, headDim]
        at::Tensor values;
        int64_t begin = 0; // the rows that are still seen
        int64_t end = 0;
        int64_t length = 0;
    };
    using Sequence = std::vector<Layer>;

    void makeRoom(Layer& entry, const at::Tensor& like, int64_t count, int64_t window) const;

    std::vector<Sequence> m_sequences;
    int64_t m_capacity;
};

} // namespace engine::nn
