// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Gains of a group's outputs: the part of LowRankGroup that knows DoRA. With W' = W + s B A the
// lengths are n² = ‖W‖² + s Σ_r B ⊙ (W Aᵀ + W' Aᵀ): two products of `rank` rows with the panels
// that the pass reads anyway, and W' is never made.
#include "engine/kernels/vectors.h"
#include "engine/nn/low_rank_group.h"

#include <cmath>

namespace engine::nn {

using kernels::kPanelFeatures;
using kernels::narrowed;
using kernels::PackedMatrix;
using kernels::roundedUp;

namespace {

LORA_CLONES float dot(const float* x, const float* y, int64_t count)
{
    return kernels::laneSum<float>(
        count, [=](int64_t i) __attribute__((always_inline)) { return x[i] * y[i]; });
}

// Rows for a product, whole panels, zero where nothing is written.
template <typename T>
class ZeroRows
{
public:
    ZeroRows(int64_t rows, int64_t width) : m_stride(roundedUp(width, kPanelFeatures))
    {
        const auto bytes =
            static_cast<std::size_t>(rows * m_stride + 2 * kPanelFeatures) * sizeof(T);
        m_memory.reserve(bytes);
        std::memset(m_memory.as<T>(), 0, bytes);
    }
    T* row(int64_t index) { return m_memory.as<T>() + index * m_stride; }
    int64_t stride() const { return m_stride; }

private:
    int64_t m_stride;
    kernels::AlignedBuffer m_memory;
};

} // namespace

template <typename T>
void LowRankGroup::fillGainsOf(const GroupUpdate& update, const PackedMatrix& output)
{
    const int64_t rank = update.rank;
    const auto* const a = update.factors.a.const_data_ptr<float>();
    ZeroRows<T> rows(rank, m_inputs);     // A
    ZeroRows<T> lowRank(rank, m_columns); // A Aᵀ
    for (int64_t r = 0; r < rank; ++r) {
        const float* const own = a + r * m_inputs;
        std::transform(own, own + m_inputs, rows.row(r), [](float x) { return narrowed<T>(x); });
        for (int64_t other = 0; other <= r; ++other) {
            const T product = narrowed<T>(dot(own, a + other * m_inputs, m_inputs));
            lowRank.row(r)[update.column + other] = product;
            lowRank.row(other)[update.column + r] = product;
        }
    }
    constexpr int64_t kStrip = kPanelFeatures * kernels::kStripPanels;
    const int64_t first = update.firstFeature / kStrip * kStrip;
    const int64_t end = roundedUp(update.firstFeature + update.span, kPanelFeatures);
    const auto multiply = [&](ZeroRows<float>& to, bool isUpdated) {
        kernels::PackedProduct product;
        product.main = {rows.row(0), rows.stride(), &output};
        if (isUpdated) {
            product.tail = {lowRank.row(0), lowRank.stride(), &m_outputTail, outputRanges()};
        }
        product.m = rank;
        product.firstPanel = first / kPanelFeatures;
        product.panels = (end - first) / kPanelFeatures;
        product.c = to.row(0) - first;
        product.cStride = to.stride();
        product.isFloatOutput = true;
        kernels::packedKernels()->product(product);
    };
    ZeroRows<float> plain(rank, end - first);
    ZeroRows<float> updated(rank, end - first);
    multiply(plain, false);
    multiply(updated, true);

    const auto* const b = update.factors.b.const_data_ptr<float>();
    const auto* const squares = update.squares.const_data_ptr<double>();
    const auto* const magnitude = update.magnitude.const_data_ptr<float>();
    for (int64_t row = 0; row < update.factors.b.size(0); ++row) {
        const int64_t feature = update.feature(row);
        double sum = 0;
        for (int64_t r = 0; r < rank; ++r) {
            sum += static_cast<double>(b[row * rank + r])
                   * (plain.row(r)[feature - first] + updated.row(r)[feature - first]);
        }
        const double square = std::max(0.0, squares[row] + update.factors.scale * sum);
        // A row of zeros has no direction to keep.
        const auto norm = static_cast<float>(square == 0 ? 1 : std::sqrt(square));
        m_norms[static_cast<std::size_t>(feature)] = norm;
        m_gains[static_cast<std::size_t>(feature)] = magnitude[row] / norm;
    }
}

void LowRankGroup::fillGains(const PackedMatrix& output)
{
    for (const GroupUpdate& update : m_updates) {
        if (!update.hasLengths()) {
            continue;
        }
        if (m_type == kernels::PackedType::Float32) {
            fillGainsOf<float>(update, output);
        } else {
            fillGainsOf<c10::BFloat16>(update, output);
        }
    }
}

} // namespace engine::nn
