// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/kv_cache.h"

namespace engine::nn {

namespace {

// A buffer for `capacity` tokens that starts with the first `length` rows of `old`.
at::Tensor grown(const at::Tensor& old, const at::Tensor& like, int64_t capacity, int64_t length)
{
    at::Tensor buffer = at::empty({capacity, like.size(1), like.size(2)}, like.options());
    if (length > 0) {
        buffer.narrow(0, 0, length).copy_(old.narrow(0, 0, length));
    }
    return buffer;
}

} // namespace

KvCache::KvCache(int64_t layers, int64_t capacity)
    : m_layers(static_cast<std::size_t>(layers)), m_capacity(std::max<int64_t>(capacity, 1))
{
}

std::pair<at::Tensor, at::Tensor>
KvCache::append(int64_t layer, const at::Tensor& k, const at::Tensor& v)
{
    Layer& entry = m_layers[static_cast<std::size_t>(layer)];
    const int64_t length = entry.length + k.size(0);
    if (!entry.keys.defined() || length > entry.keys.size(0)) {
        const int64_t capacity = std::max(m_capacity, length + length / 2);
        entry.keys = grown(entry.keys, k, capacity, entry.length);
        entry.values = grown(entry.values, v, capacity, entry.length);
    }
    entry.keys.narrow(0, entry.length, k.size(0)).copy_(k);
    entry.values.narrow(0, entry.length, v.size(0)).copy_(v);
    entry.length = length;
    return {entry.keys.narrow(0, 0, length), entry.values.narrow(0, 0, length)};
}

} // namespace engine::nn
