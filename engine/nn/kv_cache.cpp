// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/kv_cache.h"

namespace engine::nn {

namespace {

// A buffer for `capacity` tokens that starts with the rows [begin, end) of `old`.
at::Tensor
moved(const at::Tensor& old, const at::Tensor& like, int64_t capacity, int64_t begin, int64_t end)
{
    at::Tensor buffer = at::empty({capacity, like.size(1), like.size(2)}, like.options());
    if (end > begin) {
        buffer.narrow(0, 0, end - begin).copy_(old.narrow(0, begin, end - begin));
    }
    return buffer;
}

} // namespace

KvCache::KvCache(int64_t layers, int64_t capacity, int64_t sequences)
    : m_sequences(static_cast<std::size_t>(sequences), Sequence(static_cast<std::size_t>(layers))),
      m_capacity(std::max<int64_t>(capacity, 1))
{
}

std::pair<at::Tensor, at::Tensor> KvCache::append(
    int64_t layer, const at::Tensor& k, const at::Tensor& v, int64_t window, int64_t sequence)
{
    Layer& entry = m_sequences[static_cast<std::size_t>(sequence)][static_cast<std::size_t>(layer)];
    const int64_t count = k.size(0);
    if (window > 0) {
        entry.begin = std::max(entry.begin, entry.end - (window - 1));
    }
    makeRoom(entry, k, count, window);
    entry.keys.narrow(0, entry.end, count).copy_(k);
    entry.values.narrow(0, entry.end, count).copy_(v);
    entry.end += count;
    entry.length += count;
    return {entry.keys.narrow(0, entry.begin, entry.end - entry.begin),
            entry.values.narrow(0, entry.begin, entry.end - entry.begin)};
}

void KvCache::makeRoom(Layer& entry, const at::Tensor& like, int64_t count, int64_t window) const
{
    if (entry.keys.defined() && entry.end + count <= entry.keys.size(0)) {
        return;
    }
    const int64_t needed = entry.end - entry.begin + count;
    // With a window, room for as many more as it holds: then it moves to the front again.
    const int64_t capacity = window > 0 ? std::max(needed, std::min(2 * window, m_capacity))
                                        : std::max(m_capacity, needed + needed / 2);
    entry.keys = moved(entry.keys, like, capacity, entry.begin, entry.end);
    entry.values = moved(entry.values, like, capacity, entry.begin, entry.end);
    entry.end -= entry.begin;
    entry.begin = 0;
}

void KvCache::reorder(std::span<const int64_t> parents)
{
    std::vector<Sequence> next;
    std::vector<bool> isTaken(m_sequences.size(), false);
    for (const int64_t parent : parents) {
        const auto at = static_cast<std::size_t>(parent);
        next.push_back(m_sequences[at]); // shares the buffers
        for (Layer& layer : next.back()) {
            if (isTaken[at] && layer.keys.defined()) {
                layer.keys = layer.keys.clone();
                layer.values = layer.values.clone();
            }
        }
        isTaken[at] = true;
    }
    m_sequences = std::move(next);
}

int64_t KvCache::length(int64_t layer) const
{
    return m_sequences.front()[static_cast<std::size_t>(layer)].length;
}

} // namespace engine::nn
