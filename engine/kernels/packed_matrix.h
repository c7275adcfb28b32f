// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A matrix laid out for the packed kernels: panels of 16 features, each panel contiguous along the
// depth. float32: panel[k][16]; bfloat16: panel[k / 2][16][2], pairs of k interleaved. Features and
// depth are padded with zeros. Built on one thread, then read from any.
#pragma once

#include "engine/kernels/aligned_buffer.h"
#include "engine/kernels/vectors.h"

#include <cstdint>
#include <span>

namespace engine::kernels {

// What activations, packed weights and their rows are made of; bfloat16 is handled as its 16 bits.
enum class PackedType { Float32, BFloat16 };

template <typename T>
inline constexpr PackedType kPackedTypeOf =
    std::is_same_v<T, float> ? PackedType::Float32 : PackedType::BFloat16;

inline constexpr int64_t kPanelFeatures = 16;

constexpr int64_t roundedUp(int64_t count, int64_t multiple)
{
    return (count + multiple - 1) / multiple * multiple;
}

constexpr int64_t bytesOf(PackedType type)
{
    return type == PackedType::Float32 ? 4 : 2;
}

// A stored weight [rows, columns] with any strides, in elements.
struct WeightView
{
    enum class Type { Float32, BFloat16, Float16 };

    const void* data = nullptr;
    Type type = Type::Float32;
    int64_t rows = 0;
    int64_t columns = 0;
    int64_t rowStride = 0;
    int64_t columnStride = 0;
};

constexpr int64_t bytesOf(WeightView::Type type)
{
    return type == WeightView::Type::Float32 ? 4 : 2;
}

// Rows [row, row + rows) and columns [column, column + columns) of a weight.
WeightView
rectangle(const WeightView& view, int64_t row, int64_t rows, int64_t column, int64_t columns);

// The same numbers, rows and columns exchanged.
WeightView transposed(const WeightView& view);

class PackedMatrix
{
public:
    PackedMatrix() = default;
    // All zero.
    PackedMatrix(int64_t features, int64_t depth, PackedType type);

    // Another matrix in the same memory, all zero; nothing where it is laid out so already.
    void layOut(int64_t features, int64_t depth, PackedType type);

    int64_t features() const { return m_features; } // a multiple of 16
    int64_t panels() const { return m_features / kPanelFeatures; }
    int64_t depth() const { return m_depth; } // even
    PackedType type() const { return m_type; }
    bool isEmpty() const { return m_features == 0; }
    std::size_t bytes() const { return m_memory.bytes(); }
    int64_t panelBytes() const { return m_depth * kPanelFeatures * bytesOf(m_type); }
    const std::byte* panel(int64_t index) const
    {
        return m_memory.as<std::byte>() + index * panelBytes();
    }
    std::byte* panel(int64_t index) { return m_memory.as<std::byte>() + index * panelBytes(); }

    // Element (feature, k) from a float, rounded to nearest even.
    void set(int64_t feature, int64_t k, float value);

private:
    AlignedBuffer m_memory;
    int64_t m_features = 0;
    int64_t m_depth = 0;
    PackedType m_type = PackedType::Float32;
};

// The same of many elements of a matrix of T, whose type is not asked for each time.
template <typename T>
class PackedElements
{
public:
    explicit PackedElements(PackedMatrix& matrix)
        : m_first(reinterpret_cast<T*>(matrix.panel(0))), m_panel(matrix.depth() * kPanelFeatures)
    {
    }
    void set(int64_t feature, int64_t k, float value) const
    {
        constexpr int64_t kNeighbours = 4 / sizeof(T); // in the depth
        const int64_t line = k / kNeighbours * kPanelFeatures + feature % kPanelFeatures;
        m_first[feature / kPanelFeatures * m_panel + line * kNeighbours + k % kNeighbours] =
            narrowed<T>(value);
    }

private:
    T* m_first;
    int64_t m_panel;
};

// Row at which part `index` begins when parts are stacked: each begins a panel.
int64_t partOffset(std::span<const WeightView> parts, std::size_t index);

// A rectangle of a weight into its place, on the calling thread: its rows are features from
// `feature` (a multiple of 16) on, its columns depths from `depth` (even) on.
void packInto(const WeightView& part, int64_t feature, int64_t depth, PackedMatrix& result);

// For y = x Wᵀ: the stacked parts' rows are the features, their columns the depth.
PackedMatrix packForOutput(std::span<const WeightView> parts, PackedType type);

// For dx = dy W: the columns are the features, the stacked rows (gaps zero) the depth.
PackedMatrix packForInput(std::span<const WeightView> parts, PackedType type);

} // namespace engine::kernels
