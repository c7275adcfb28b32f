// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The products of a block with their low-rank updates: the part of StackWorker that knows LoRA.
#include "engine/kernels/profile.h"
#include "engine/nn/stack_worker.h"

namespace engine::nn {

using kernels::KeptFactor;
using kernels::kPanelFeatures;
using kernels::PackedProduct;
using kernels::RankSum;
using kernels::roundedUp;
using kernels::RowsOf;

namespace {

constexpr kernels::Part kPartOf[] = {kernels::Part::AttendProduct,
                                     kernels::Part::ProjectProduct,
                                     kernels::Part::ExpandProduct,
                                     kernels::Part::ContractProduct};

// Panels of one update, whose columns begin at its own: each panel's 16 columns may run over the
// next update's, which is computed later.
template <typename T>
PackedProduct updateProduct(const GroupUpdate& update, RowsOf<T> columns)
{
    PackedProduct product;
    product.firstPanel = update.panel;
    product.panels = update.panels;
    product.c = columns.data + update.column - update.panel * kPanelFeatures;
    product.cStride = columns.stride;
    product.singlePanels = true;
    return product;
}

} // namespace

template <typename T>
void StackWorker<T>::multiply(std::size_t block,
                              BlockProduct which,
                              TokenRange range,
                              RowsOf<const T> input,
                              RowsOf<T> out,
                              RowsOf<const T> residual)
{
    const kernels::ProfileScope scope(kPartOf[which]);
    const ProductPlan& plan = m_plan->blocks[block].products[which];
    PackedProduct product;
    product.main = {input.data, input.stride, plan.output};
    const auto lowRank =
        rows(StackBuffers::LowRank, block, range.first).columns(m_buffers->lowRankColumn(which));
    if (!plan.low->isEmpty()) {
        innerProducts(plan, range, input, lowRank);
        product.tail = {
            lowRank.data, lowRank.stride, &plan.low->outputTail(), plan.low->outputRanges()};
    }
    product.m = range.count;
    product.panels = plan.output->panels();
    product.c = out.data;
    product.cStride = out.stride;
    product.bias = plan.group->bias();
    product.residual = residual.data;
    product.residualStride = residual.stride;
    if (plan.hasGains()) {
        multiplyWithGains(plan,
                          range,
                          input,
                          product,
                          m_plan->isTracked
                              ? rows(StackBuffers::unscaled(which), block, range.first)
                              : RowsOf<T>{});
    } else {
        m_kernels->product(product);
    }
    if (!plan.scaled.empty()) {
        addScaled(plan, range, input, lowRank, out);
    }
}

template <typename T>
void StackWorker<T>::innerProducts(const ProductPlan& plan,
                                   TokenRange range,
                                   RowsOf<const T> input,
                                   RowsOf<T> lowRank)
{
    const kernels::ProfileScope scope(kernels::Part::LowRank);
    const LowRankGroup& low = *plan.low;
    if (!low.hasDropout()) {
        PackedProduct product =
            kernels::productOf(input.data, input.stride, low.inner(), range.count);
        product.c = lowRank.data;
        product.cStride = lowRank.stride;
        m_kernels->product(product);
        return;
    }
    for (const GroupUpdate& update : low.updates()) {
        const RowsOf<const T> from = keptRows(plan, update, range, input);
        PackedProduct product = updateProduct(update, lowRank);
        product.main = {from.data, from.stride, &low.inner()};
        product.m = range.count;
        m_kernels->product(product);
    }
}

// The rows with 0 where the update's dropout takes them, until others are asked for; its factor is
// left to whoever reads them.
template <typename T>
RowsOf<const T> StackWorker<T>::keptRows(const ProductPlan& plan,
                                         const GroupUpdate& update,
                                         TokenRange range,
                                         RowsOf<const T> input)
{
    if (update.factors.dropout <= 0) {
        return input;
    }
    const RowsOf<T> dropped{m_dropped.as<T>(), roundedUp(plan.inputs, kPanelFeatures)};
    kernels::MaskBits mask = maskOf(update.factors, plan.inputs, range, m_mask.as<uint8_t>());
    mask.factor = 1;
    kernels::maskRows(input, mask, dropped, plan.inputs, range.count);
    return {dropped.data, dropped.stride};
}

// The update's mask over rows of its input, `memory` holding its bits.
template <typename T>
kernels::MaskBits StackWorker<T>::maskOf(const kernels::LowRank& update,
                                         int64_t width,
                                         TokenRange range,
                                         uint8_t* memory)
{
    return kernels::dropoutBits(
        memory, range.first * width, range.count * width, update.dropout, update.seed);
}

template <typename T>
void StackWorker<T>::multiplyBackward(std::size_t block,
                                      BlockProduct which,
                                      TokenRange range,
                                      RowsOf<const T> gradient,
                                      RowsOf<const T> input,
                                      RowsOf<T> dInput)
{
    const Gradients gradients = throughGains(block, which, range, gradient);
    inputGradient(block, which, range, gradients, dInput);
    updateGradients(block, which, range, gradients.unscaled, input);
}

template <typename T>
void StackWorker<T>::inputGradient(std::size_t block,
                                   BlockProduct which,
                                   TokenRange range,
                                   const Gradients& gradients,
                                   RowsOf<T> dInput)
{
    const kernels::ProfileScope scope(kPartOf[which]);
    const ProductPlan& plan = m_plan->blocks[block].products[which];
    const LowRankGroup& low = *plan.low;
    const RowsOf<const T> unscaled = gradients.unscaled;
    if (!plan.biases.empty()) {
        const bool isBehindGains = plan.factors.empty();
        kernels::addRowSums(isBehindGains ? gradients.outputs : unscaled,
                            plan.features,
                            range.count,
                            m_sums.as<float>() + plan.biasSums);
    }
    // G = s dy B, update by update in the order of their columns.
    const RowsOf<T> outer{m_outer.as<T>(), m_plan->lowRankStride};
    for (const GroupUpdate& update : low.updates()) {
        const kernels::ProfileScope lowRank(kernels::Part::LowRank);
        PackedProduct product = updateProduct(update, outer);
        product.main = {unscaled.data, unscaled.stride, &low.outer(), low.outerRanges()};
        product.m = range.count;
        m_kernels->product(product);
    }
    keepFactors(plan, range, {outer.data, outer.stride});
    if (dInput.data != nullptr) {
        const RowsOf<const T> gradient = low.dropsLengths() ? gradients.outputs : unscaled;
        keepChanges(plan);
        PackedProduct product;
        product.main = {gradient.data, gradient.stride, plan.input};
        if (low.hasDropout()) {
            product.kept = m_kept;
        } else if (!low.isEmpty()) {
            product.tail = {outer.data, outer.stride, &low.inputTail()};
        }
        product.m = range.count;
        product.panels = plan.input->panels();
        product.c = dInput.data;
        product.cStride = dInput.stride;
        m_kernels->product(product);
    }
    if (!plan.scaled.empty()) {
        const auto lowRank = rows(StackBuffers::LowRank, block, range.first)
                                 .columns(m_buffers->lowRankColumn(which));
        scaledBackward(plan, range, unscaled, {lowRank.data, lowRank.stride}, dInput);
    }
}

// G of each update with the rows' mask of its input; none where the group has no dropout.
template <typename T>
void StackWorker<T>::keepFactors(const ProductPlan& plan, TokenRange range, RowsOf<const T> outer)
{
    const kernels::ProfileScope scope(kernels::Part::LowRank);
    const LowRankGroup& low = *plan.low;
    m_kept.clear();
    if (!low.hasDropout()) {
        return;
    }
    uint8_t* memory = m_mask.as<uint8_t>();
    for (const GroupUpdate& update : low.updates()) {
        const kernels::MaskBits mask = maskOf(update.factors, plan.inputs, range, memory);
        memory += kernels::maskBytes(range.count * plan.inputs);
        KeptFactor factor;
        factor.factor = {outer.data, outer.stride, &low.inputTail()};
        factor.factor.limit = {update.column, update.column + roundedUp(update.rank, 2)};
        factor.kept = {mask.bytes, mask.firstBit, plan.inputs};
        m_kept.push_back(factor);
    }
}

// dB += dyᵀ (x Aᵀ), dA += Gᵀ x, of x what the updates saw.
template <typename T>
void StackWorker<T>::updateGradients(std::size_t block,
                                     BlockProduct which,
                                     TokenRange range,
                                     RowsOf<const T> unscaled,
                                     RowsOf<const T> input)
{
    const kernels::ProfileScope scope(kernels::Part::LowRank);
    const ProductPlan& plan = m_plan->blocks[block].products[which];
    const LowRankGroup& low = *plan.low;
    if (low.isEmpty()) {
        return;
    }
    const RowsOf<const T> outer{m_outer.as<T>(), m_plan->lowRankStride};
    const auto inner =
        rows(StackBuffers::LowRank, block, range.first).columns(m_buffers->lowRankColumn(which));

    RankSum sum;
    sum.type = kernels::kPackedTypeOf<T>;
    sum.m = range.count;
    sum.gStride = inner.stride;
    for (const GroupUpdate& update : low.updates()) {
        sum.g = inner.data + update.column;
        sum.rank = update.rank;
        sum.x = unscaled.data + update.firstFeature;
        sum.xStride = unscaled.stride;
        sum.width = update.span;
        sum.cStride = update.sumStride();
        sum.c = m_sums.as<float>() + plan.bSums + update.sums;
        m_kernels->rankSum(sum);
    }
    sum.gStride = outer.stride;
    sum.width = plan.inputs;
    sum.cStride = plan.aStride();
    sum.x = input.data;
    sum.xStride = input.stride;
    float* const aSums = m_sums.as<float>() + plan.aSums;
    if (!low.hasDropout()) {
        sum.g = outer.data;
        sum.rank = low.columns();
        sum.c = aSums;
        m_kernels->rankSum(sum);
        return;
    }
    for (std::size_t i = 0; i < low.updates().size(); ++i) {
        const GroupUpdate& update = low.updates()[i];
        sum.g = outer.data + update.column;
        sum.rank = update.rank;
        sum.c = aSums + update.column * sum.cStride;
        sum.kept = m_kept[i].kept;
        m_kernels->rankSum(sum);
    }
}

#define LORA_PRODUCTS(T)                                                                           \
    template kernels::MaskBits StackWorker<T>::maskOf(                                             \
        const kernels::LowRank&, int64_t, TokenRange, uint8_t*);                                   \
    template RowsOf<const T> StackWorker<T>::keptRows(                                             \
        const ProductPlan&, const GroupUpdate&, TokenRange, RowsOf<const T>);                      \
    template void StackWorker<T>::multiply(                                                        \
        std::size_t, BlockProduct, TokenRange, RowsOf<const T>, RowsOf<T>, RowsOf<const T>);       \
    template void StackWorker<T>::multiplyBackward(                                                \
        std::size_t, BlockProduct, TokenRange, RowsOf<const T>, RowsOf<const T>, RowsOf<T>);       \
    template void StackWorker<T>::inputGradient(                                                   \
        std::size_t, BlockProduct, TokenRange, const Gradients&, RowsOf<T>);                       \
    template void StackWorker<T>::updateGradients(                                                 \
        std::size_t, BlockProduct, TokenRange, RowsOf<const T>, RowsOf<const T>);

LORA_PRODUCTS(float)
LORA_PRODUCTS(c10::BFloat16)

} // namespace engine::nn
