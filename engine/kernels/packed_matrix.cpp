// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/packed_matrix.h"

#include "engine/kernels/vectors.h"

#include <ATen/Parallel.h>

namespace engine::kernels {
namespace {

template <typename T>
uint16_t bitsOf(T value)
{
    if constexpr (std::is_same_v<T, c10::BFloat16>) {
        return value.x;
    } else {
        return narrowed<c10::BFloat16>(static_cast<float>(value)).x;
    }
}

// The 16 features of one panel: feature i, depth k is at source + i · featureStride + k ·
// depthStride. `offset` is where the depth begins in the panel.
template <typename T>
void packPanel(const T* source,
               int64_t features,
               int64_t featureStride,
               int64_t depth,
               int64_t depthStride,
               int64_t offset,
               PackedType type,
               std::byte* panel)
{
    // Blocks of depth keep the lines of both sides in cache when one of them is strided.
    constexpr int64_t kBlock = 64;
    for (int64_t first = 0; first < depth; first += kBlock) {
        const int64_t last = std::min(first + kBlock, depth);
        for (int64_t i = 0; i < features; ++i) {
            const T* from = source + i * featureStride;
            for (int64_t k = first; k < last; ++k) {
                const T value = from[k * depthStride];
                const int64_t at = offset + k;
                if (type == PackedType::Float32) {
                    reinterpret_cast<float*>(panel)[at * kPanelFeatures + i] =
                        static_cast<float>(value);
                } else {
                    reinterpret_cast<uint16_t*>(panel)[(at / 2 * kPanelFeatures + i) * 2 + at % 2] =
                        bitsOf(value);
                }
            }
        }
    }
}

struct PanelSource
{
    WeightView view;    // rows are features
    int64_t firstPanel; // of the result
    int64_t offset;     // in the depth
};

void packPanels(const PanelSource& source, PackedMatrix& result)
{
    const WeightView& view = source.view;
    const auto pack = [&](const auto* data) {
        const int64_t panels = roundedUp(view.rows, kPanelFeatures) / kPanelFeatures;
        at::parallel_for(0, panels, 4, [&](int64_t begin, int64_t end) {
            for (int64_t p = begin; p < end; ++p) {
                const int64_t row = p * kPanelFeatures;
                packPanel(data + row * view.rowStride,
                          std::min(kPanelFeatures, view.rows - row),
                          view.rowStride,
                          view.columns,
                          view.columnStride,
                          source.offset,
                          result.type(),
                          const_cast<std::byte*>(result.panel(source.firstPanel + p)));
            }
        });
    };
    switch (view.type) {
    case WeightView::Type::Float32:
        pack(static_cast<const float*>(view.data));
        break;
    case WeightView::Type::BFloat16:
        pack(static_cast<const c10::BFloat16*>(view.data));
        break;
    case WeightView::Type::Float16:
        pack(static_cast<const c10::Half*>(view.data));
        break;
    }
}

WeightView transposed(const WeightView& view)
{
    return {view.data, view.type, view.columns, view.rows, view.columnStride, view.rowStride};
}

} // namespace

PackedMatrix::PackedMatrix(int64_t features, int64_t depth, PackedType type)
    : m_features(roundedUp(features, kPanelFeatures)), m_depth(roundedUp(depth, 2)), m_type(type)
{
    m_memory.reserve(static_cast<std::size_t>(m_features * m_depth * bytesOf(type)));
}

void PackedMatrix::setHalf(uint16_t* panel, int64_t k, int64_t lane, float value)
{
    panel[(k / 2 * kPanelFeatures + lane) * 2 + k % 2] = bitsOf(value);
}

int64_t partOffset(std::span<const WeightView> parts, std::size_t index)
{
    int64_t offset = 0;
    for (std::size_t i = 0; i < index; ++i) {
        offset += roundedUp(parts[i].rows, kPanelFeatures);
    }
    return offset;
}

PackedMatrix packForOutput(std::span<const WeightView> parts, PackedType type)
{
    PackedMatrix result(partOffset(parts, parts.size()), parts.front().columns, type);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        packPanels({parts[i], partOffset(parts, i) / kPanelFeatures, 0}, result);
    }
    return result;
}

PackedMatrix packForInput(std::span<const WeightView> parts, PackedType type)
{
    PackedMatrix result(parts.front().columns, partOffset(parts, parts.size()), type);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        packPanels({transposed(parts[i]), 0, partOffset(parts, i)}, result);
    }
    return result;
}

} // namespace engine::kernels
