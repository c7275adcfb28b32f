// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/decode_cache.h"

#include "engine/kernels/vectors.h"

#include <algorithm>
#include <cstring>

namespace engine::nn {

namespace {

using kernels::kPanelFeatures;
using kernels::PackedMatrix;
using kernels::PackedType;
using kernels::RowsOf;

constexpr int64_t kFirstCapacity = 64;

// Rounded to nearest even.
[[gnu::always_inline]] inline uint32_t halfOf(float value)
{
    return kernels::narrowed<c10::BFloat16>(value).x;
}

// `count` rows of `width` numbers into lanes of a panel of keys: a line is a dimension.
LORA_CLONES void writeKeys(RowsOf<const float> rows, int64_t count, int64_t width, float* lane)
{
    for (int64_t d = 0; d < width; ++d, lane += kPanelFeatures) {
        for (int64_t i = 0; i < count; ++i) {
            lane[i] = rows.row(i)[d];
        }
    }
}

// The same where a line is a pair of dimensions.
LORA_CLONES void
writeKeyPairs(RowsOf<const float> rows, int64_t count, int64_t width, uint32_t* lane)
{
    for (int64_t d = 0; d < width; d += 2, lane += kPanelFeatures) {
        const bool isPair = d + 1 < width;
        for (int64_t i = 0; i < count; ++i) {
            const float* const key = rows.row(i) + d;
            lane[i] = halfOf(key[0]) | (isPair ? halfOf(key[1]) << 16 : 0U);
        }
    }
}

// Up to 16 numbers of one position into its half of a line of pairs of positions.
LORA_CLONES void writeValueHalves(const float* value, int64_t width, uint16_t* half)
{
    for (int64_t i = 0; i < width; ++i) {
        half[2 * i] = static_cast<uint16_t>(halfOf(value[i]));
    }
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

std::size_t DecodeCache::bytes() const
{
    std::size_t bytes = 0;
    for (const auto* matrices : {&m_keys, &m_values}) {
        for (const PackedMatrix& matrix : *matrices) {
            bytes += matrix.bytes();
        }
    }
    return bytes;
}

void DecodeCache::write(int64_t layer,
                        int64_t head,
                        int64_t first,
                        int64_t count,
                        RowsOf<const float> keys,
                        RowsOf<const float> values)
{
    PackedMatrix& keyMatrix = m_keys[index(layer, head)];
    PackedMatrix& valueMatrix = m_values[index(layer, head)];
    const bool isFloat = m_type == PackedType::Float32;
    for (int64_t done = 0; done < count;) {
        const int64_t lane = (first + done) % kPanelFeatures;
        const int64_t rows = std::min(kPanelFeatures - lane, count - done);
        std::byte* const panel = keyMatrix.panel((first + done) / kPanelFeatures);
        const RowsOf<const float> from = keys.from(done);
        if (isFloat) {
            writeKeys(from, rows, m_headDim, reinterpret_cast<float*>(panel) + lane);
        } else {
            writeKeyPairs(from, rows, m_headDim, reinterpret_cast<uint32_t*>(panel) + lane);
        }
        done += rows;
    }
    for (int64_t d = 0; d < m_headDim; d += kPanelFeatures) {
        std::byte* const panel = valueMatrix.panel(d / kPanelFeatures);
        const int64_t width = std::min(kPanelFeatures, m_headDim - d);
        for (int64_t i = 0; i < count; ++i) {
            const int64_t position = first + i;
            const float* const value = values.row(i) + d;
            if (isFloat) {
                std::copy_n(
                    value, width, reinterpret_cast<float*>(panel) + position * kPanelFeatures);
            } else {
                writeValueHalves(value,
                                 width,
                                 reinterpret_cast<uint16_t*>(panel)
                                     + position / 2 * 2 * kPanelFeatures + position % 2);
            }
        }
    }
}

} // namespace engine::nn
