// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Gains in the products of a block (DoRA, IA³). With p = x (W + s B A)ᵀ (saved): y = g ⊙ p + b, and
// backwards dp = g ⊙ dy, with which all goes on as if there were no gains, and dg = Σ dy ⊙ p. Under
// dropout p = x̃ (W + s B A)ᵀ and y = x Wᵀ + s x̃ Aᵀ Bᵀ + b + (g − 1) ⊙ p: a second product with W,
// and another one backwards, where ((g − 1) ⊙ dy) W goes to dx̃ and dy W to dx. Factors of outputs
// are gains of p + b. Those of inputs are applied before the product, and taken out of its
// gradient.
#include "engine/kernels/profile.h"
#include "engine/kernels/vectors.h"
#include "engine/nn/stack_worker.h"

namespace engine::nn {

using kernels::kPanelFeatures;
using kernels::narrowed;
using kernels::PackedProduct;
using kernels::roundedUp;
using kernels::RowsOf;
using kernels::widened;

namespace {

// Panels that are multiplied before their gains are applied, while they are in the cache.
constexpr int64_t kGainPanels = 8;
constexpr int64_t kGainStride = (kGainPanels + 1) * kPanelFeatures;

// outputs *= gains; unscaled, unless null, the outputs before.
template <typename T>
LORA_CLONES void gainRow(float* outputs, const float* gains, int64_t width, T* unscaled)
{
    for (int64_t i = 0; unscaled != nullptr && i < width; ++i) {
        unscaled[i] = narrowed<T>(outputs[i]);
    }
    for (int64_t i = 0; i < width; ++i) {
        outputs[i] *= gains[i];
    }
}

// outputs += (gains − 1) ⊙ p with p = kept · frozen + update; unscaled, unless null, p.
template <typename T>
LORA_CLONES void addChange(const float* frozen,
                           float* update,
                           const float* gains,
                           float kept,
                           int64_t width,
                           T* unscaled,
                           float* outputs)
{
    for (int64_t i = 0; i < width; ++i) {
        update[i] += kept * frozen[i];
        outputs[i] += (gains[i] - 1) * update[i];
    }
    for (int64_t i = 0; unscaled != nullptr && i < width; ++i) {
        unscaled[i] = narrowed<T>(update[i]);
    }
}

// to = outputs + bias + residual (null: none).
template <typename T>
LORA_CLONES void
finishRow(float* outputs, const float* bias, const T* residual, int64_t width, T* to)
{
    for (int64_t i = 0; bias != nullptr && i < width; ++i) {
        outputs[i] += bias[i];
    }
    for (int64_t i = 0; residual != nullptr && i < width; ++i) {
        outputs[i] += widened(residual[i]);
    }
    for (int64_t i = 0; i < width; ++i) {
        to[i] = narrowed<T>(outputs[i]);
    }
}

// x *= factors.
template <typename T>
LORA_CLONES void multiplyRow(T* x, const float* factors, int64_t width)
{
    for (int64_t i = 0; i < width; ++i) {
        x[i] = narrowed<T>(widened(x[i]) * factors[i]);
    }
}

// sums += x ⊙ y.
template <typename T>
LORA_CLONES void addRowProducts(const T* x, const T* y, int64_t width, float* sums)
{
    for (int64_t i = 0; i < width; ++i) {
        sums[i] += widened(x[i]) * widened(y[i]);
    }
}

// to = gains ⊙ gradient, sums += gradient ⊙ unscaled.
template <typename T>
LORA_CLONES void gainRowBackward(
    const T* gradient, const T* unscaled, const float* gains, int64_t width, float* sums, T* to)
{
    for (int64_t i = 0; i < width; ++i) {
        const float value = widened(gradient[i]);
        sums[i] += value * widened(unscaled[i]);
        to[i] = narrowed<T>(gains[i] * value);
    }
}

// to = kept · (gains − 1) ⊙ gradient, 0 behind it up to a pair.
template <typename T>
LORA_CLONES void changeRow(const T* gradient, const float* gains, float kept, int64_t width, T* to)
{
    for (int64_t i = 0; i < width; ++i) {
        to[i] = narrowed<T>(kept * (gains[i] - 1) * widened(gradient[i]));
    }
    std::fill(to + width, to + roundedUp(width, 2), T(0));
}

} // namespace

template <typename T>
void StackWorker<T>::reserveGains()
{
    const int64_t rows = m_plan->gainFeatures > 0 ? m_plan->blockRows() : 0;
    const auto wide = static_cast<std::size_t>(rows * kGainStride) * sizeof(float);
    const auto gradient =
        static_cast<std::size_t>(rows * (m_plan->gainFeatures + kPanelFeatures)) * sizeof(T);
    m_gainWide.reserve(wide);
    m_gainGradient.reserve(gradient);
    m_gainFrozen.reserve(m_plan->dropsLengths ? wide : 0);
    m_gainUpdate.reserve(m_plan->dropsLengths ? wide : 0);
    m_gainChange.reserve(m_plan->dropsLengths ? gradient : 0);
    const int64_t factored = m_plan->isTracked ? m_plan->blockRows() * m_plan->factoredWidth : 0;
    m_scaledGradient.reserve(static_cast<std::size_t>(factored) * sizeof(T));
}

template <typename T>
void StackWorker<T>::scaleInput(const ProductPlan& plan, RowsOf<T> input, int64_t count) const
{
    if (!plan.inputFactors.factors.defined()) {
        return;
    }
    const auto* const factors = plan.inputFactors.factors.template const_data_ptr<float>();
    for (int64_t row = 0; row < count; ++row) {
        multiplyRow(input.row(row), factors, plan.inputs);
    }
}

template <typename T>
void StackWorker<T>::unscaleGradient(const ProductPlan& plan, RowsOf<T> gradient, int64_t count)
{
    if (!plan.inputFactors.factors.defined()) {
        return;
    }
    for (int64_t row = 0; row < count; ++row) {
        std::copy_n(
            gradient.row(row), plan.inputs, m_scaledGradient.as<T>() + row * m_plan->factoredWidth);
    }
    scaleInput(plan, gradient, count);
}

template <typename T>
void StackWorker<T>::sumFactors(const ProductPlan& plan, RowsOf<T> input, int64_t count)
{
    if (!plan.inputFactors.factors.defined()) {
        return;
    }
    float* const sums = m_sums.as<float>() + plan.inputFactors.sums;
    for (int64_t row = 0; row < count; ++row) {
        addRowProducts(m_scaledGradient.as<T>() + row * m_plan->factoredWidth,
                       input.row(row),
                       plan.inputs,
                       sums);
    }
    scaleInput(plan, input, count);
}

template <typename T>
void StackWorker<T>::multiplyWithGains(const ProductPlan& plan,
                                       TokenRange range,
                                       RowsOf<const T> input,
                                       PackedProduct work,
                                       RowsOf<T> unscaled)
{
    const RowsOf<T> out{static_cast<T*>(work.c), work.cStride};
    const RowsOf<const T> residual{static_cast<const T*>(work.residual), work.residualStride};
    const float* const bias = plan.factors.empty() ? work.bias : nullptr;
    const RowsOf<float> wide{m_gainWide.as<float>(), kGainStride};
    work.residual = nullptr;
    work.bias = plan.factors.empty() ? nullptr : work.bias;
    work.isFloatOutput = true;
    work.cStride = wide.stride;
    const int64_t panels = work.panels;
    KeptRows last;
    for (int64_t panel = 0; panel < panels; panel += kGainPanels) {
        const int64_t feature = panel * kPanelFeatures;
        work.firstPanel = panel;
        work.panels = std::min(kGainPanels, panels - panel);
        work.c = wide.data - feature;
        m_kernels->product(work);
        if (plan.low->dropsLengths()) {
            addChanges(plan, range, input, work, unscaled, last);
        }
        const int64_t width = work.panels * kPanelFeatures;
        for (int64_t row = 0; row < range.count; ++row) {
            if (!plan.low->dropsLengths()) {
                gainRow(wide.row(row),
                        plan.gains() + feature,
                        width,
                        unscaled.data == nullptr ? nullptr : unscaled.row(row) + feature);
            }
            finishRow(wide.row(row),
                      bias == nullptr ? nullptr : bias + feature,
                      residual.data == nullptr ? nullptr : residual.row(row) + feature,
                      width,
                      out.row(row) + feature);
        }
    }
}

template <typename T>
void StackWorker<T>::addChanges(const ProductPlan& plan,
                                TokenRange range,
                                RowsOf<const T> input,
                                const PackedProduct& work,
                                RowsOf<T> unscaled,
                                KeptRows& last)
{
    const LowRankGroup& low = *plan.low;
    const int64_t strip = work.firstPanel * kPanelFeatures;
    const RowsOf<float> wide{m_gainWide.as<float>(), kGainStride};
    const RowsOf<float> frozen{m_gainFrozen.as<float>(), kGainStride};
    const RowsOf<float> added{m_gainUpdate.as<float>(), kGainStride};
    for (const GroupUpdate& update : low.updates()) {
        const int64_t first = std::max(strip, update.firstFeature);
        const int64_t end =
            std::min(strip + work.panels * kPanelFeatures, update.firstFeature + update.span);
        if (!update.hasLengths() || first >= end) {
            continue;
        }
        if (last.update != &update) {
            last = {&update, keptRows(plan, update, range, input)};
        }
        PackedProduct product = work;
        product.tail = {};
        product.main = {last.rows.data, last.rows.stride, plan.output};
        product.c = frozen.data - strip;
        m_kernels->product(product);
        product.main = work.tail;
        product.main.ranges = nullptr;
        product.main.limit = {update.column, update.column + roundedUp(update.rank, 2)};
        product.c = added.data - strip;
        m_kernels->product(product);
        for (int64_t row = 0; row < range.count; ++row) {
            addChange(frozen.row(row) + first - strip,
                      added.row(row) + first - strip,
                      low.gains() + first,
                      kernels::keptFactor(update.factors.dropout),
                      end - first,
                      unscaled.data == nullptr ? nullptr : unscaled.row(row) + first,
                      wide.row(row) + first - strip);
        }
    }
}

template <typename T>
typename StackWorker<T>::Gradients StackWorker<T>::throughGains(std::size_t block,
                                                                BlockProduct which,
                                                                TokenRange range,
                                                                RowsOf<const T> gradient)
{
    const ProductPlan& plan = m_plan->blocks[block].products[which];
    const LowRankGroup& low = *plan.low;
    if (!plan.hasGains()) {
        return {gradient, gradient};
    }
    const kernels::ProfileScope scope(kernels::Part::LowRank);
    const RowsOf<T> unscaled = rows(StackBuffers::unscaled(which), block, range.first);
    const int64_t stride = plan.features + kPanelFeatures;
    const RowsOf<T> to{m_gainGradient.as<T>(), stride};
    const RowsOf<T> change{m_gainChange.as<T>(), stride};
    for (int64_t row = 0; row < range.count; ++row) {
        gainRowBackward<T>(gradient.row(row),
                           unscaled.row(row),
                           plan.gains(),
                           plan.features,
                           m_sums.as<float>() + plan.gainSums,
                           to.row(row));
        for (const GroupUpdate& update : low.updates()) {
            if (low.dropsLengths() && update.hasLengths()) {
                changeRow(gradient.row(row) + update.firstFeature,
                          low.gains() + update.firstFeature,
                          kernels::keptFactor(update.factors.dropout),
                          update.span,
                          change.row(row) + update.firstFeature);
            }
        }
    }
    return {gradient, {to.data, to.stride}};
}

// Beside the factors of the updates what their lengths send to the input under dropout.
template <typename T>
void StackWorker<T>::keepChanges(const ProductPlan& plan)
{
    const std::vector<GroupUpdate>& updates = plan.low->updates();
    for (std::size_t i = 0; plan.low->dropsLengths() && i < updates.size(); ++i) {
        if (updates[i].hasLengths()) {
            kernels::KeptFactor change;
            change.factor = {m_gainChange.as<T>(), plan.features + kPanelFeatures, plan.input};
            change.factor.limit = {updates[i].firstFeature,
                                   roundedUp(updates[i].firstFeature + updates[i].span, 2)};
            change.kept = m_kept[i].kept;
            m_kept.push_back(change);
        }
    }
}

#define LORA_GAINS(T)                                                                              \
    template void StackWorker<T>::reserveGains();                                                  \
    template void StackWorker<T>::scaleInput(const ProductPlan&, RowsOf<T>, int64_t) const;        \
    template void StackWorker<T>::unscaleGradient(const ProductPlan&, RowsOf<T>, int64_t);         \
    template void StackWorker<T>::sumFactors(const ProductPlan&, RowsOf<T>, int64_t);              \
    template void StackWorker<T>::multiplyWithGains(                                               \
        const ProductPlan&, TokenRange, RowsOf<const T>, PackedProduct, RowsOf<T>);                \
    template void StackWorker<T>::addChanges(const ProductPlan&,                                   \
                                             TokenRange,                                           \
                                             RowsOf<const T>,                                      \
                                             const PackedProduct&,                                 \
                                             RowsOf<T>,                                            \
                                             KeptRows&);                                           \
    template StackWorker<T>::Gradients StackWorker<T>::throughGains(                               \
        std::size_t, BlockProduct, TokenRange, RowsOf<const T>);                                   \
    template void StackWorker<T>::keepChanges(const ProductPlan&);

LORA_GAINS(float)
LORA_GAINS(c10::BFloat16)

} // namespace engine::nn
