// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/packed_matrix.h"

#include <ATen/Parallel.h>

#include <cstring>

namespace engine::kernels {
namespace {

// Four 32-bit units: a float32 each, or a pair of bfloat16 neighbours in the depth.
using Units = uint32_t __attribute__((vector_size(16)));

constexpr int64_t kLanes = 4;
constexpr int64_t kPanelUnits = kPanelFeatures; // of a panel's line of 64 bytes

template <typename T>
uint16_t bitsOf(T value)
{
    if constexpr (std::is_same_v<T, c10::BFloat16>) {
        return value.x;
    } else {
        return narrowed<c10::BFloat16>(static_cast<float>(value)).x;
    }
}

// The 16 features of one panel: feature i, depth k is at data + i · featureStride + k ·
// depthStride. `offset`, even, is where the depth begins in the panel.
template <typename T>
struct PanelPart
{
    const T* data;
    int64_t features;
    int64_t featureStride;
    int64_t depth;
    int64_t depthStride;
    int64_t offset;
    PackedType type;
    std::byte* panel;

    // From depth `first` on.
    PanelPart from(int64_t first) const
    {
        PanelPart part = *this;
        part.data += first * depthStride;
        part.depth -= first;
        part.offset += first;
        return part;
    }
};

// Any strides, any types, one element at a time.
template <typename T>
void packElements(const PanelPart<T>& part)
{
    for (int64_t i = 0; i < part.features; ++i) {
        const T* from = part.data + i * part.featureStride;
        for (int64_t k = 0; k < part.depth; ++k) {
            const T value = from[k * part.depthStride];
            const int64_t at = part.offset + k;
            if (part.type == PackedType::Float32) {
                reinterpret_cast<float*>(part.panel)[at * kPanelFeatures + i] =
                    static_cast<float>(value);
            } else {
                reinterpret_cast<uint16_t*>(
                    part.panel)[(at / 2 * kPanelFeatures + i) * 2 + at % 2] = bitsOf(value);
            }
        }
    }
}

// Four units of one row: the type's own bits, or rounded or widened to those of the panel.
template <typename T>
[[gnu::always_inline]] inline Units unitsAt(const T* row, PackedType type)
{
    Units units;
    if (std::is_same_v<T, float> && type == PackedType::BFloat16) {
        for (int64_t i = 0; i < kLanes; ++i) {
            units[i] = bitsOf(row[2 * i]) | static_cast<uint32_t>(bitsOf(row[2 * i + 1])) << 16;
        }
    } else if (std::is_same_v<T, c10::BFloat16> && type == PackedType::Float32) {
        uint16_t halves[kLanes];
        std::memcpy(halves, row, sizeof halves);
        for (int64_t i = 0; i < kLanes; ++i) {
            units[i] = static_cast<uint32_t>(halves[i]) << 16;
        }
    } else {
        std::memcpy(&units, row, sizeof units);
    }
    return units;
}

// Rows of 16 features, contiguous along the depth: a transposition of units. Takes the depth in
// fours of units and returns how much it took.
template <typename T>
int64_t packRows(const PanelPart<T>& part)
{
    const bool isPaired = part.type == PackedType::BFloat16;
    const int64_t step = kLanes * (isPaired ? 2 : 1);
    auto* to =
        reinterpret_cast<uint32_t*>(part.panel) + part.offset / (isPaired ? 2 : 1) * kPanelUnits;
    int64_t k = 0;
    for (; k + step <= part.depth; k += step, to += kLanes * kPanelUnits) {
        for (int64_t i = 0; i < kPanelFeatures; i += kLanes) {
            const T* from = part.data + i * part.featureStride + k;
            const Units a = unitsAt(from, part.type);
            const Units b = unitsAt(from + part.featureStride, part.type);
            const Units c = unitsAt(from + 2 * part.featureStride, part.type);
            const Units d = unitsAt(from + 3 * part.featureStride, part.type);
            const Units ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
            const Units cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
            const Units abHigh = __builtin_shufflevector(a, b, 2, 6, 3, 7);
            const Units cdHigh = __builtin_shufflevector(c, d, 2, 6, 3, 7);
            const Units lines[kLanes] = {__builtin_shufflevector(ab, cd, 0, 1, 4, 5),
                                         __builtin_shufflevector(ab, cd, 2, 3, 6, 7),
                                         __builtin_shufflevector(abHigh, cdHigh, 0, 1, 4, 5),
                                         __builtin_shufflevector(abHigh, cdHigh, 2, 3, 6, 7)};
            for (int64_t line = 0; line < kLanes; ++line) {
                std::memcpy(to + line * kPanelUnits + i, &lines[line], sizeof(Units));
            }
        }
    }
    return k;
}

// The same where the features are contiguous: a line of the panel is a row of the source, or two
// rows in turn.
template <typename T>
int64_t packColumns(const PanelPart<T>& part)
{
    if (part.type == PackedType::Float32) {
        auto* to = reinterpret_cast<float*>(part.panel) + part.offset * kPanelFeatures;
        for (int64_t k = 0; k < part.depth; ++k, to += kPanelFeatures) {
            const T* from = part.data + k * part.depthStride;
            for (int64_t i = 0; i < kPanelFeatures; ++i) {
                to[i] = widened(from[i]);
            }
        }
        return part.depth;
    }
    auto* to = reinterpret_cast<uint32_t*>(part.panel) + part.offset / 2 * kPanelFeatures;
    int64_t k = 0;
    for (; k + 2 <= part.depth; k += 2, to += kPanelFeatures) {
        const T* even = part.data + k * part.depthStride;
        const T* odd = even + part.depthStride;
        for (int64_t i = 0; i < kPanelFeatures; ++i) {
            to[i] = bitsOf(even[i]) | static_cast<uint32_t>(bitsOf(odd[i])) << 16;
        }
    }
    return k;
}

template <typename T>
void packPart(const PanelPart<T>& part)
{
    constexpr bool isHalf = std::is_same_v<T, c10::Half>;
    int64_t done = 0;
    if (part.features == kPanelFeatures && part.depthStride == 1 && !isHalf) {
        done = packRows(part);
    } else if (part.features == kPanelFeatures && part.featureStride == 1) {
        done = packColumns(part);
    }
    packElements(part.from(done));
}

template <typename T>
void packRectangle(
    const T* data, const WeightView& part, int64_t feature, int64_t depth, PackedMatrix& result)
{
    for (int64_t row = 0; row < part.rows; row += kPanelFeatures) {
        packPart(PanelPart<T>{data + row * part.rowStride,
                              std::min(kPanelFeatures, part.rows - row),
                              part.rowStride,
                              part.columns,
                              part.columnStride,
                              depth,
                              result.type(),
                              result.panel((feature + row) / kPanelFeatures)});
    }
}

// A task is a few neighbouring panels; blocks of depth keep the lines that they share in cache.
void packPanels(const WeightView& view, int64_t feature, int64_t depth, PackedMatrix& result)
{
    constexpr int64_t kTaskRows = 4 * kPanelFeatures;
    constexpr int64_t kBlock = 256;
    const int64_t tasks = roundedUp(view.rows, kTaskRows) / kTaskRows;
    at::parallel_for(0, tasks, 1, [&](int64_t begin, int64_t end) {
        for (int64_t row = begin * kTaskRows; row < end * kTaskRows; row += kTaskRows) {
            const int64_t rows = std::min(kTaskRows, view.rows - row);
            for (int64_t k = 0; k < view.columns; k += kBlock) {
                const int64_t columns = std::min(kBlock, view.columns - k);
                packInto(rectangle(view, row, rows, k, columns), feature + row, depth + k, result);
            }
        }
    });
}

} // namespace

WeightView
rectangle(const WeightView& view, int64_t row, int64_t rows, int64_t column, int64_t columns)
{
    WeightView part = view;
    const int64_t elements = row * view.rowStride + column * view.columnStride;
    part.data = static_cast<const std::byte*>(view.data) + elements * bytesOf(view.type);
    part.rows = rows;
    part.columns = columns;
    return part;
}

WeightView transposed(const WeightView& view)
{
    return {view.data, view.type, view.columns, view.rows, view.columnStride, view.rowStride};
}

PackedMatrix::PackedMatrix(int64_t features, int64_t depth, PackedType type)
    : m_features(roundedUp(features, kPanelFeatures)), m_depth(roundedUp(depth, 2)), m_type(type)
{
    m_memory.reserve(static_cast<std::size_t>(m_features * m_depth * bytesOf(type)));
}

void PackedMatrix::layOut(int64_t features, int64_t depth, PackedType type)
{
    const int64_t wholeFeatures = roundedUp(features, kPanelFeatures);
    const int64_t wholeDepth = roundedUp(depth, 2);
    if (wholeFeatures == m_features && wholeDepth == m_depth && type == m_type) {
        return;
    }
    const auto bytes = static_cast<std::size_t>(wholeFeatures * wholeDepth * bytesOf(type));
    const bool isKept = bytes <= m_memory.bytes();
    m_memory.reserve(bytes);
    if (isKept) {
        std::memset(m_memory.as<std::byte>(), 0, bytes);
    }
    m_features = wholeFeatures;
    m_depth = wholeDepth;
    m_type = type;
}

void PackedMatrix::set(int64_t feature, int64_t k, float value)
{
    if (m_type == PackedType::Float32) {
        PackedElements<float>(*this).set(feature, k, value);
    } else {
        PackedElements<c10::BFloat16>(*this).set(feature, k, value);
    }
}

int64_t partOffset(std::span<const WeightView> parts, std::size_t index)
{
    int64_t offset = 0;
    for (std::size_t i = 0; i < index; ++i) {
        offset += roundedUp(parts[i].rows, kPanelFeatures);
    }
    return offset;
}

void packInto(const WeightView& part, int64_t feature, int64_t depth, PackedMatrix& result)
{
    switch (part.type) {
    case WeightView::Type::Float32:
        packRectangle(static_cast<const float*>(part.data), part, feature, depth, result);
        break;
    case WeightView::Type::BFloat16:
        packRectangle(static_cast<const c10::BFloat16*>(part.data), part, feature, depth, result);
        break;
    case WeightView::Type::Float16:
        packRectangle(static_cast<const c10::Half*>(part.data), part, feature, depth, result);
        break;
    }
}

PackedMatrix packForOutput(std::span<const WeightView> parts, PackedType type)
{
    PackedMatrix result(partOffset(parts, parts.size()), parts.front().columns, type);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        packPanels(parts[i], partOffset(parts, i), 0, result);
    }
    return result;
}

PackedMatrix packForInput(std::span<const WeightView> parts, PackedType type)
{
    PackedMatrix result(parts.front().columns, partOffset(parts, parts.size()), type);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        packPanels(transposed(parts[i]), 0, partOffset(parts, i), result);
    }
    return result;
}

} // namespace engine::kernels
