// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Bottleneck adapters behind the sub-layers of a block. With o a sub-layer's output, r what it is
// added to and x either o or o + r, normed where the adapter does that, under dropout: z = x Downᵀ
// + b, y = r + o + s (activation(z) Upᵀ + c). Of these o alone is saved.
#include "engine/kernels/profile.h"
#include "engine/nn/packed_bottleneck.h"
#include "engine/nn/stack_worker.h"

namespace engine::nn {

using kernels::PackedProduct;
using kernels::RowsOf;

template <typename T>
void StackWorker<T>::reserveSites()
{
    int64_t inner = 0;
    int64_t hidden = 0;
    for (const BlockPlan& block : m_plan->blocks) {
        for (const SitePlan& site : block.sites) {
            if (site.module != nullptr) {
                inner = std::max(inner, site.module->innerStride());
                hidden = site.module->stride();
            }
        }
    }
    const auto reserve = [&](kernels::AlignedBuffer& buffer, int64_t width) {
        buffer.reserve(static_cast<std::size_t>(m_plan->blockRows() * width) * sizeof(T));
    };
    m_mask.reserve(static_cast<std::size_t>(kernels::maskBytes(m_plan->blockRows() * hidden)));
    for (kernels::AlignedBuffer* wide : {&m_siteOutput, &m_siteStream, &m_siteInput}) {
        reserve(*wide, hidden);
    }
    reserve(m_siteInner, inner);
    reserve(m_siteActive, m_plan->isTracked ? inner : 0);
    reserve(m_siteChange, m_plan->isTracked ? inner : 0);
    reserve(m_siteGradient, m_plan->isTracked ? hidden : 0);
}

// What the module at a sub-layer reads as the latter's output: behind its norm.
template <typename T>
RowsOf<const T>
StackWorker<T>::siteOutput(const SubLayer& layer, std::size_t block, TokenRange range) const
{
    const RowsOf<T> kept = rows(layer.kept, block, range.first);
    if (!m_plan->shape.hasOutputNorms) {
        return {kept.data, kept.stride};
    }
    const BlockPlan& plan = m_plan->blocks[block];
    const RowsOf<T> normed{m_siteOutput.as<T>(), plan.sites[layer.place].module->stride()};
    kernels::normRows(
        plan.outputNorms[layer.place].numbers, {kept.data, kept.stride}, normed, range.count);
    return {normed.data, normed.stride};
}

template <typename T>
typename StackWorker<T>::SiteRows StackWorker<T>::siteRows(const PackedBottleneck& module,
                                                           TokenRange range,
                                                           RowsOf<const T> output,
                                                           RowsOf<const T> residual)
{
    const int64_t hidden = m_plan->shape.hidden;
    const BottleneckForm& form = module.form();
    SiteRows result{output, output, {m_siteInner.as<T>(), module.innerStride()}};
    if (form.readsStream) {
        const RowsOf<T> stream{m_siteStream.as<T>(), module.stride()};
        for (int64_t row = 0; row < range.count; ++row) {
            std::copy_n(output.row(row), hidden, stream.row(row));
        }
        kernels::addRows(residual, stream, hidden, range.count);
        result.stream = result.input = {stream.data, stream.stride};
    }
    const RowsOf<T> input{m_siteInput.as<T>(), module.stride()};
    if (module.hasNorm()) {
        kernels::normRows(module.norm(), result.stream, input, range.count);
        result.input = {input.data, input.stride};
    }
    if (form.dropout > 0) {
        kernels::maskRows(result.input, siteMask(module, range), input, hidden, range.count);
        result.input = {input.data, input.stride};
    }
    PackedProduct product = kernels::productOf(
        result.input.data, result.input.stride, module.downForOutput(), range.count);
    product.c = result.inner.data;
    product.cStride = result.inner.stride;
    product.bias = module.downBias();
    m_kernels->product(product);
    return result;
}

template <typename T>
kernels::MaskBits StackWorker<T>::siteMask(const PackedBottleneck& module, TokenRange range)
{
    const int64_t hidden = m_plan->shape.hidden;
    return kernels::dropoutBits(m_mask.as<uint8_t>(),
                                range.first * hidden,
                                range.count * hidden,
                                module.form().dropout,
                                module.form().seed);
}

template <typename T>
void StackWorker<T>::addSite(const SubLayer& layer,
                             std::size_t block,
                             TokenRange range,
                             RowsOf<const T> residual,
                             RowsOf<T> out)
{
    const kernels::ProfileScope scope(kernels::Part::Site);
    const PackedBottleneck& module = *m_plan->blocks[block].sites[layer.place].module;
    const RowsOf<const T> output = siteOutput(layer, block, range);
    const RowsOf<T> inner = siteRows(module, range, output, residual).inner;
    kernels::activateRows(module.form().activation,
                          {inner.data, inner.stride},
                          {},
                          inner,
                          module.innerStride(),
                          range.count);
    PackedProduct product =
        kernels::productOf(inner.data, inner.stride, module.upForOutput(), range.count);
    product.c = out.data;
    product.cStride = out.stride;
    product.bias = module.upBias();
    product.residual = output.data;
    product.residualStride = output.stride;
    m_kernels->product(product);
    kernels::addRows(residual, out, m_plan->shape.hidden, range.count);
}

template <typename T>
RowsOf<const T> StackWorker<T>::siteGradient(const SubLayer& layer,
                                             std::size_t block,
                                             TokenRange range,
                                             RowsOf<const T> residual,
                                             RowsOf<T> gradient)
{
    const kernels::ProfileScope scope(kernels::Part::Site);
    const SitePlan& site = m_plan->blocks[block].sites[layer.place];
    const PackedBottleneck& module = *site.module;
    const int64_t hidden = m_plan->shape.hidden;
    const int64_t width = module.innerStride();
    const RowsOf<const T> above{gradient.data, gradient.stride};
    const SiteRows given = siteRows(module, range, siteOutput(layer, block, range), residual);

    const RowsOf<T> active{m_siteActive.as<T>(), width}; // its gradient first
    PackedProduct product =
        kernels::productOf(above.data, above.stride, module.upForInput(), range.count);
    product.c = active.data;
    product.cStride = active.stride;
    m_kernels->product(product);
    const RowsOf<T> change{m_siteChange.as<T>(), width}; // the gradient of z
    kernels::activateRowsBackward(module.form().activation,
                                  {given.inner.data, given.inner.stride},
                                  {},
                                  active,
                                  change,
                                  {},
                                  width,
                                  range.count);

    float* const sums = m_sums.as<float>() + site.sums;
    kernels::addRowSums(above, hidden, range.count, sums + module.sum(PackedBottleneck::UpBias));
    kernels::addRowSums<T>({change.data, change.stride},
                           width,
                           range.count,
                           sums + module.sum(PackedBottleneck::DownBias));
    kernels::RankSum sum;
    sum.type = module.upForInput().type();
    sum.m = range.count;
    sum.rank = module.inner();
    sum.gStride = width;
    sum.width = hidden;
    sum.cStride = module.stride();
    sum.g = active.data;
    sum.x = above.data;
    sum.xStride = above.stride;
    sum.c = sums + module.sum(PackedBottleneck::Up);
    m_kernels->rankSum(sum);
    sum.g = change.data;
    sum.x = given.input.data;
    sum.xStride = given.input.stride;
    sum.c = sums + module.sum(PackedBottleneck::Down);
    m_kernels->rankSum(sum);

    const RowsOf<T> own{m_siteGradient.as<T>(), module.stride()};
    product = kernels::productOf(change.data, change.stride, module.downForInput(), range.count);
    product.c = own.data;
    product.cStride = own.stride;
    m_kernels->product(product);
    const RowsOf<const T> below{own.data, own.stride};
    if (module.form().dropout > 0) {
        kernels::maskRows(below, siteMask(module, range), own, hidden, range.count);
    }
    if (module.hasNorm()) {
        kernels::normWeightSums(module.norm(),
                                1,
                                below,
                                given.stream,
                                range.count,
                                sums + module.sum(PackedBottleneck::NormWeight));
        kernels::addRowSums(
            below, hidden, range.count, sums + module.sum(PackedBottleneck::NormBias));
        kernels::normRowsBackward(module.norm(), below, given.stream, {}, own, range.count);
    }
    if (module.form().readsStream) { // both parts of it
        kernels::addRows(below, gradient, hidden, range.count);
        return above;
    }
    kernels::addRows(above, own, hidden, range.count);
    return below;
}

#define LORA_SITES(T)                                                                              \
    template void StackWorker<T>::reserveSites();                                                  \
    template void StackWorker<T>::addSite(                                                         \
        const SubLayer&, std::size_t, TokenRange, RowsOf<const T>, RowsOf<T>);                     \
    template RowsOf<const T> StackWorker<T>::siteGradient(                                         \
        const SubLayer&, std::size_t, TokenRange, RowsOf<const T>, RowsOf<T>);

LORA_SITES(float)
LORA_SITES(c10::BFloat16)

} // namespace engine::nn
