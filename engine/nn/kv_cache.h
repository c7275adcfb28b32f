// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Keys and values of one sequence that is being generated, for every block. Compute thread only.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace engine::nn {

class KvCache
{
public:
    // Grows on demand; `capacity` is the number of tokens to reserve at first use.
    KvCache(int64_t layers, int64_t capacity);

    // Appends k, v [new, kvHeads, headDim] to block `layer`; returns all keys and values so far
    // [length, kvHeads, headDim].
    std::pair<at::Tensor, at::Tensor>
    append(int64_t layer, const at::Tensor& k, const at::Tensor& v);

    // Tokens in the cache, prefix keys included.
    int64_t length(int64_t layer) const { return m_layers[static_cast<std::size_t>(layer)].length; }
    bool empty() const { return m_layers.empty() || m_layers.front().length == 0; }

private:
    struct Layer
    {
        at::Tensor keys; // [capacity, kvHeads, headDim]
        at::Tensor values;
        int64_t length = 0;
    };

    std::vector<Layer> m_layers;
    int64_t m_capacity;
};

} // namespace engine::nn
