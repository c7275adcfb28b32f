// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Scaled updates in the products of a block. With u = x Aᵀ (saved), v = inner ⊙ u and z = v Bᵀ:
// y += s outer ⊙ z, and backwards g = (s outer ⊙ dy) B, dInner = Σ g ⊙ u, dOuter = s Σ dy ⊙ z,
// dx += (inner ⊙ g) A. The sums are those of vectors; z is made again.
#include "engine/kernels/profile.h"
#include "engine/kernels/vectors.h"
#include "engine/nn/stack_worker.h"

namespace engine::nn {

using kernels::kPanelFeatures;
using kernels::narrowed;
using kernels::PackedProduct;
using kernels::productOf;
using kernels::RowsOf;
using kernels::widened;

namespace {

// Of rows in scratch: whole panels, zero behind the width.
int64_t strideOf(int64_t width)
{
    return kernels::roundedUp(width, kPanelFeatures) + kPanelFeatures;
}

// to = factor · scales ⊙ from, and zeros up to the next panel.
template <typename T, typename From>
LORA_CLONES void scaleRow(const From* from, const float* scales, float factor, int64_t width, T* to)
{
    for (int64_t i = 0; i < width; ++i) {
        to[i] = narrowed<T>(factor * scales[i] * widened(from[i]));
    }
    std::fill(to + width, to + kernels::roundedUp(width, kPanelFeatures), T(0));
}

// to += factor · scales ⊙ from.
template <typename T>
LORA_CLONES void
addScaledRow(const float* from, const float* scales, float factor, int64_t width, T* to)
{
    for (int64_t i = 0; i < width; ++i) {
        to[i] = narrowed<T>(widened(to[i]) + factor * scales[i] * from[i]);
    }
}

// sums += factor · x ⊙ y.
template <typename T>
LORA_CLONES void addProducts(const float* x, const T* y, float factor, int64_t width, float* sums)
{
    for (int64_t i = 0; i < width; ++i) {
        sums[i] += factor * x[i] * widened(y[i]);
    }
}

} // namespace

template <typename T>
void StackWorker<T>::reserveScaled()
{
    const int64_t rank = strideOf(m_plan->scaledRank);
    const int64_t outputs = strideOf(m_plan->scaledRows);
    const auto rows = static_cast<std::size_t>(m_plan->scaledRank > 0 ? m_plan->blockRows() : 0);
    m_scaledInner.reserve(rows * static_cast<std::size_t>(rank) * sizeof(T));
    m_scaledOuter.reserve(rows * static_cast<std::size_t>(outputs) * sizeof(T));
    m_scaledWide.reserve(rows * static_cast<std::size_t>(std::max(rank, outputs)) * sizeof(float));
}

// z = (inner ⊙ u) Bᵀ of the rows, until the float32 scratch is used again.
template <typename T>
RowsOf<const float>
StackWorker<T>::expanded(const ScaledUpdate& update, int64_t rows, RowsOf<const T> lowRank)
{
    const RowsOf<T> inner{m_scaledInner.as<T>(), strideOf(update.rank())};
    for (int64_t row = 0; row < rows; ++row) {
        scaleRow(lowRank.row(row) + update.column,
                 update.inner,
                 update.kept,
                 update.rank(),
                 inner.row(row));
    }
    PackedProduct product = productOf(inner.data, inner.stride, update.b->forOutput, rows);
    product.c = m_scaledWide.as<float>();
    product.cStride = strideOf(update.rows());
    product.isFloatOutput = true;
    m_kernels->product(product);
    return {m_scaledWide.as<float>(), product.cStride};
}

template <typename T>
void StackWorker<T>::addScaled(const ProductPlan& plan,
                               TokenRange range,
                               RowsOf<const T> input,
                               RowsOf<T> lowRank,
                               RowsOf<T> out)
{
    const kernels::ProfileScope scope(kernels::Part::LowRank);
    const RowsOf<T> dropped{m_dropped.as<T>(), kernels::roundedUp(plan.inputs, kPanelFeatures)};
    for (const ScaledUpdate& update : plan.scaled) {
        RowsOf<const T> from = input;
        if (update.factors.dropout > 0) {
            kernels::MaskBits mask =
                maskOf(update.factors, plan.inputs, range, m_mask.as<uint8_t>());
            mask.factor = 1; // update.kept has it
            kernels::maskRows(input, mask, dropped, plan.inputs, range.count);
            from = {dropped.data, dropped.stride};
        }
        PackedProduct product = productOf(from.data, from.stride, update.a->forOutput, range.count);
        product.c = lowRank.data + update.column;
        product.cStride = lowRank.stride;
        m_kernels->product(product);

        const RowsOf<const float> added =
            expanded(update, range.count, {lowRank.data, lowRank.stride});
        const kernels::RowSlice& slice = update.factors.rows;
        for (int64_t row = 0; row < range.count; ++row) {
            for (int64_t group = 0; group < slice.groups; ++group) {
                addScaledRow(added.row(row) + group * slice.chunk,
                             update.outer + group * slice.chunk,
                             static_cast<float>(update.factors.scale),
                             slice.chunk,
                             out.row(row) + update.feature(group));
            }
        }
    }
}

template <typename T>
void StackWorker<T>::scaledBackward(const ProductPlan& plan,
                                    TokenRange range,
                                    RowsOf<const T> gradient,
                                    RowsOf<const T> lowRank,
                                    RowsOf<T> dInput)
{
    const kernels::ProfileScope scope(kernels::Part::LowRank);
    for (const ScaledUpdate& update : plan.scaled) {
        const int64_t rank = update.rank();
        const auto scale = static_cast<float>(update.factors.scale);
        const kernels::RowSlice& slice = update.factors.rows;
        float* const innerSums = m_sums.as<float>() + update.sums;
        float* const outerSums = innerSums + rank;
        const RowsOf<const float> added = expanded(update, range.count, lowRank);
        const RowsOf<T> outer{m_scaledOuter.as<T>(), strideOf(update.rows())};
        for (int64_t row = 0; row < range.count; ++row) {
            for (int64_t group = 0; group < slice.groups; ++group) {
                const int64_t first = group * slice.chunk;
                const T* const from = gradient.row(row) + update.feature(group);
                addProducts(added.row(row) + first, from, scale, slice.chunk, outerSums + first);
                scaleRow(from, update.outer + first, scale, slice.chunk, outer.row(row) + first);
            }
        }

        PackedProduct product =
            productOf(outer.data, outer.stride, update.b->forInput, range.count);
        const RowsOf<float> wide{m_scaledWide.as<float>(), strideOf(rank)};
        product.c = wide.data;
        product.cStride = wide.stride;
        product.isFloatOutput = true;
        m_kernels->product(product);
        const RowsOf<T> inner{m_scaledInner.as<T>(), strideOf(rank)};
        for (int64_t row = 0; row < range.count; ++row) {
            addProducts(
                wide.row(row), lowRank.row(row) + update.column, update.kept, rank, innerSums);
            scaleRow(wide.row(row), update.inner, update.kept, rank, inner.row(row));
        }
        if (dInput.data == nullptr) {
            continue;
        }
        product = productOf(inner.data, inner.stride, update.a->forInput, range.count);
        product.c = dInput.data;
        product.cStride = dInput.stride;
        product.residual = dInput.data;
        product.residualStride = dInput.stride;
        kernels::KeptFactor kept;
        if (update.factors.dropout > 0) {
            // Those of the product's other updates are still to be read.
            uint8_t* const last =
                m_mask.as<uint8_t>()
                + m_plan->droppedUpdates * kernels::maskBytes(range.count * plan.inputs);
            const kernels::MaskBits mask = maskOf(update.factors, plan.inputs, range, last);
            kept = {product.main, {mask.bytes, mask.firstBit, plan.inputs}};
            product.main = {};
            product.kept = {&kept, 1};
        }
        m_kernels->product(product);
    }
}

#define LORA_SCALED(T)                                                                             \
    template void StackWorker<T>::reserveScaled();                                                 \
    template void StackWorker<T>::addScaled(                                                       \
        const ProductPlan&, TokenRange, RowsOf<const T>, RowsOf<T>, RowsOf<T>);                    \
    template void StackWorker<T>::scaledBackward(                                                  \
        const ProductPlan&, TokenRange, RowsOf<const T>, RowsOf<const T>, RowsOf<T>);

LORA_SCALED(float)
LORA_SCALED(c10::BFloat16)

} // namespace engine::nn
