// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/decode_cache.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace engine::nn {

namespace {

using kernels::kPanelFeatures;
using kernels::PackedMatrix;
using kernels::PackedType;

constexpr int64_t kFirstCapacity = 64;

// Rounded to nearest even; the numbers here are finite or the logits will say so.
uint16_t halfOf(float value)
{
    const auto bits = std::bit_cast<uint32_t>(value);
    const bool isNan = (bits & 0x7fffffffU) > 0x7f800000U;
    return isNan ? uint16_t{0x7fc0}
                 : static_cast<uint16_t>((bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16);
}

// The first bytes of every panel of `old`, in a larger matrix.
PackedMatrix grown(const PackedMatrix& old, int64_t features, int64_t depth, PackedType type)
{
    PackedMatrix result(features, depth, type);
    for (int64_t p = 0; p < old.panels(); ++p) {
        std::memcpy(result.panel(p), old.panel(p), static_cast<std::size_t>(old.panelBytes()));
    }
    return result;
}

} // namespace

DecodeCache::DecodeCache(int64_t layers, int64_t kvHeads, int64_t headDim, PackedType type)
    : m_heads(kvHeads), m_headDim(headDim), m_type(type),
      m_keys(static_cast<std::size_t>(layers * kvHeads)),
      m_values(static_cast<std::size_t>(layers * kvHeads))
{
}

void DecodeCache::reserve(int64_t length, int64_t limit)
{
    if (length <= m_capacity) {
        return;
    }
    const int64_t wanted = std::max({length, std::min(2 * m_capacity, limit), kFirstCapacity});
    m_capacity = kernels::roundedUp(wanted, kPanelFeatures);
    for (PackedMatrix& keys : m_keys) {
        keys = grown(keys, m_capacity, m_headDim, m_type);
    }
    for (PackedMatrix& values : m_values) {
        values = grown(values, m_headDim, m_capacity, m_type);
    }
}

void DecodeCache::write(
    int64_t layer, int64_t head, int64_t position, const float* key, const float* value)
{
    std::byte* const keys = m_keys[index(layer, head)].panel(position / kPanelFeatures);
    const int64_t lane = position % kPanelFeatures;
    PackedMatrix& values = m_values[index(layer, head)];
    for (int64_t d = 0; d < m_headDim; ++d) {
        std::byte* const panel = values.panel(d / kPanelFeatures);
        const int64_t valueLane = d % kPanelFeatures;
        if (m_type == PackedType::Float32) {
            reinterpret_cast<float*>(keys)[d * kPanelFeatures + lane] = key[d];
            reinterpret_cast<float*>(panel)[position * kPanelFeatures + valueLane] = value[d];
        } else {
            reinterpret_cast<uint16_t*>(keys)[(d / 2 * kPanelFeatures + lane) * 2 + d % 2] =
                halfOf(key[d]);
            reinterpret_cast<uint16_t*>(
                panel)[(position / 2 * kPanelFeatures + valueLane) * 2 + position % 2] =
                halfOf(value[d]);
        }
    }
}

} // namespace engine::nn
