// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/stack_worker.h"

#include "engine/kernels/profile.h"

#include <cstring>

namespace engine::nn {

using kernels::kPanelFeatures;
using kernels::RowsOf;

namespace {

template <typename T>
RowsOf<const T> readOnly(RowsOf<T> rows)
{
    return {rows.data, rows.stride};
}

} // namespace

template <typename T>
void StackWorker<T>::prepare(const StackPlan& plan, const StackBuffers& buffers)
{
    m_plan = &plan;
    m_buffers = &buffers;
    m_kernels = kernels::packedKernels();
    const StackShape& shape = plan.shape;
    const int64_t rows = plan.blockRows();
    const int64_t inner = kernels::roundedUp(shape.inner, kPanelFeatures);
    const int64_t hidden = kernels::roundedUp(shape.hidden, kPanelFeatures);
    const int64_t mixed = kernels::roundedUp(shape.heads * shape.headDim, kPanelFeatures);
    const int64_t gradients = (shape.hasOutputNorms ? 2 : 1) * hidden;
    const int64_t widths =
        plan.isTracked ? hidden + gradients + inner + shape.expandFeatures + mixed : hidden + inner;
    const int64_t dropped = kernels::roundedUp(plan.droppedWidth, kPanelFeatures);
    constexpr int64_t kSpare = 64; // of every scratch row, against equal cache sets
    m_scratch.reserve(static_cast<std::size_t>(rows * (widths + 7 * kSpare) * int64_t{sizeof(T)}));
    m_outer.reserve(static_cast<std::size_t>(rows * plan.lowRankStride) * sizeof(T));
    m_dropped.reserve(static_cast<std::size_t>(rows * dropped) * sizeof(T));
    m_mask.reserve(static_cast<std::size_t>((plan.droppedUpdates + 1)
                                            * kernels::maskBytes(rows * plan.droppedWidth)));
    reserveScaled();
    reserveGains();
    reserveSites();
    if (plan.isTracked) {
        m_sums.reserve(static_cast<std::size_t>(plan.sums) * sizeof(float));
        std::memset(m_sums.as<float>(), 0, static_cast<std::size_t>(plan.sums) * sizeof(float));
    }
}

template <typename T>
RowsOf<T> StackWorker<T>::rows(Part part, std::size_t block, int64_t first) const
{
    return m_buffers->rows<T>(part, block).from(first);
}

// Rows for one stage. Products write whole panels and read no further, so padding that is not zero
// can only come from what a stage itself wrote; norms and activations leave it alone.
template <typename T>
RowsOf<T> StackWorker<T>::scratch(int64_t width)
{
    const int64_t padded = kernels::roundedUp(width, kPanelFeatures);
    const int64_t stride = padded * int64_t{sizeof(T)} % 1024 == 0 ? padded + 32 : padded;
    RowsOf<T> rows{m_scratch.as<T>() + m_scratchUsed, stride};
    m_scratchUsed += stride * m_plan->blockRows();
    if (padded != width) {
        for (int64_t row = 0; row < m_plan->blockRows(); ++row) {
            std::fill(rows.row(row) + width, rows.row(row) + padded, T(0));
        }
    }
    return rows;
}

template <typename T>
RowsOf<T> StackWorker<T>::rowsOrScratch(Part part, int64_t first, int64_t width)
{
    return m_buffers->has(part) ? rows(part, 0, first) : scratch(width);
}

template <typename T>
void StackWorker<T>::keepRows(RowsOf<const T> from, Part part, TokenRange range) const
{
    if (!m_buffers->has(part)) {
        return;
    }
    const kernels::ProfileScope scope(kernels::Part::Copy);
    const RowsOf<T> to = rows(part, 0, range.first);
    for (int64_t row = 0; row < range.count; ++row) {
        std::copy_n(from.row(row), m_plan->shape.hidden, to.row(row));
    }
}

// The padding behind gate and up inside their product's features.
template <typename T>
void StackWorker<T>::clearGaps(RowsOf<T> expanded, int64_t count) const
{
    const StackShape& shape = m_plan->shape;
    const int64_t padded = kernels::roundedUp(shape.inner, kPanelFeatures);
    for (int64_t row = 0; padded > shape.inner && row < count; ++row) {
        for (const int64_t column : {int64_t{0}, shape.upColumn}) {
            T* const part = expanded.row(row) + column;
            std::fill(part + shape.inner, part + padded, T(0));
        }
    }
}

// The range in equal parts of at most blockRows() rows.
template <typename T>
template <typename Stage>
void StackWorker<T>::forBlocks(TokenRange range, Stage stage)
{
    const int64_t most = m_plan->blockRows();
    const int64_t parts = (range.count + most - 1) / most;
    for (int64_t part = 0; part < parts; ++part) {
        const int64_t begin = range.count * part / parts;
        const int64_t end = range.count * (part + 1) / parts;
        resetScratch();
        stage(TokenRange{range.first + begin, end - begin});
    }
}

// Queries and keys, which are kept as they were for the backward.
template <typename T>
void StackWorker<T>::normHeads(std::size_t block, RowsOf<T> attend, TokenRange part) const
{
    const StackShape& shape = m_plan->shape;
    if (!shape.hasHeadNorms) {
        return;
    }
    if (m_plan->isTracked) {
        const RowsOf<T> kept = rows(StackBuffers::Heads, block, part.first);
        for (int64_t row = 0; row < part.count; ++row) {
            std::copy_n(attend.row(row), shape.valueColumn, kept.row(row));
        }
    }
    const BlockPlan& plan = m_plan->blocks[block];
    kernels::normHeads(
        plan.queryNorm.numbers, shape.heads, attend.columns(shape.queryColumn), part.count);
    kernels::normHeads(
        plan.keyNorm.numbers, shape.kvHeads, attend.columns(shape.keyColumn), part.count);
}

// Queries and keys of the part's rows by their positions; backward with −1.
template <typename T>
void StackWorker<T>::rotate(std::size_t block,
                            RowsOf<T> attend,
                            TokenRange part,
                            float direction) const
{
    const StackShape& shape = m_plan->shape;
    if (shape.rotaryHalf == 0) {
        return;
    }
    kernels::RowRotation rotation{m_plan->positions + part.first,
                                  m_plan->blocks[block].cos,
                                  m_plan->blocks[block].sin,
                                  shape.rotaryHalf,
                                  shape.heads,
                                  shape.headStride};
    kernels::rotateRows(rotation, attend.columns(shape.queryColumn), part.count, direction);
    rotation.heads = shape.kvHeads;
    kernels::rotateRows(rotation, attend.columns(shape.keyColumn), part.count, direction);
}

template <typename T>
void StackWorker<T>::attendInputs(std::size_t block, TokenRange range)
{
    const StackShape& shape = m_plan->shape;
    forBlocks(range, [&](TokenRange part) {
        const auto normalised = scratch(shape.hidden);
        kernels::normRows(m_plan->blocks[block].norms[0].numbers,
                          readOnly(rows(StackBuffers::Input, block, part.first)),
                          normalised,
                          part.count);
        const auto attend = rows(StackBuffers::Attend, block, part.first);
        multiply(block, kAttend, part, readOnly(normalised), attend, {});
        normHeads(block, attend, part);
        rotate(block, attend, part, 1);
        placeGiven(block, attend, part);
    });
}

template <typename T>
kernels::HeadGroup<T>
StackWorker<T>::headGroup(std::size_t block, int64_t sequence, int64_t kvHead) const
{
    const StackShape& shape = m_plan->shape;
    const int64_t first = m_plan->sequences.queryOffsets[static_cast<std::size_t>(sequence)];
    const auto attend = readOnly(rows(StackBuffers::Attend, block, first));
    kernels::HeadGroup<T> group;
    group.heads = shape.heads / shape.kvHeads;
    group.headDim = shape.headDim;
    group.q = attend.columns(shape.queryColumn + kvHead * group.heads * shape.headStride);
    group.k = attend.columns(shape.keyColumn + kvHead * shape.headStride);
    group.v = attend.columns(shape.valueColumn + kvHead * shape.headStride);
    group.tokens = m_plan->sequences.queries(sequence);
    group.scale = shape.scoreScale;
    group.softCap = shape.softCap;
    group.window = m_plan->blocks[block].window;
    group.logSumStride = m_plan->tokens;
    return group;
}

template <typename T>
float* StackWorker<T>::logSums(std::size_t block, int64_t sequence, int64_t kvHead) const
{
    const int64_t head = kvHead * (m_plan->shape.heads / m_plan->shape.kvHeads);
    return m_buffers->rows<float>(StackBuffers::LogSums, block).data + head * m_plan->tokens
           + m_plan->sequences.queryOffsets[static_cast<std::size_t>(sequence)];
}

template <typename T>
void StackWorker<T>::attend(std::size_t block, int64_t sequence, int64_t kvHead)
{
    const kernels::ProfileScope scope(kernels::Part::Attention);
    const int64_t first = m_plan->sequences.queryOffsets[static_cast<std::size_t>(sequence)];
    const kernels::HeadGroup<T> group = headGroup(block, sequence, kvHead);
    const int64_t column = kvHead * group.heads * group.headDim;
    m_attention.forward(group,
                        rows(StackBuffers::Mixed, block, first).columns(column),
                        logSums(block, sequence, kvHead));
}

template <typename T>
void StackWorker<T>::addSubLayer(const SubLayer& layer,
                                 std::size_t block,
                                 TokenRange range,
                                 RowsOf<const T> input,
                                 RowsOf<T> out,
                                 RowsOf<const T> residual)
{
    const BlockPlan& plan = m_plan->blocks[block];
    const bool hasModule = plan.sites[layer.place].module != nullptr;
    if (!m_plan->shape.hasOutputNorms && !hasModule) {
        multiply(block, layer.product, range, input, out, residual);
        return;
    }
    const RowsOf<T> kept = rows(layer.kept, block, range.first);
    multiply(block, layer.product, range, input, kept, {});
    if (hasModule) {
        addSite(layer, block, range, residual, out);
    } else {
        kernels::addNormRows(
            plan.outputNorms[layer.place].numbers, readOnly(kept), residual, out, range.count);
    }
}

template <typename T>
RowsOf<const T> StackWorker<T>::productGradient(const SubLayer& layer,
                                                std::size_t block,
                                                TokenRange range,
                                                RowsOf<const T> residual,
                                                RowsOf<T> gradient,
                                                RowsOf<T> memory)
{
    const BlockPlan& plan = m_plan->blocks[block];
    const RowsOf<const T> above = plan.sites[layer.place].module == nullptr
                                      ? readOnly(gradient)
                                      : siteGradient(layer, block, range, residual, gradient);
    if (!m_plan->shape.hasOutputNorms) {
        return above;
    }
    const auto kept = readOnly(rows(layer.kept, block, range.first));
    addNormSums(plan.outputNorms[layer.place], 1, above, kept, range.count);
    kernels::normRowsBackward(
        plan.outputNorms[layer.place].numbers, above, kept, {}, memory, range.count);
    return readOnly(memory);
}

template <typename T>
void StackWorker<T>::mix(std::size_t block, TokenRange range)
{
    const StackShape& shape = m_plan->shape;
    forBlocks(range, [&](TokenRange part) {
        const auto normalised = scratch(shape.hidden);
        const auto active = scratch(shape.inner);
        const auto input = rows(StackBuffers::Input, block, part.first);
        const auto middle = rows(StackBuffers::Middle, block, part.first);
        addSubLayer(kAttention,
                    block,
                    part,
                    readOnly(rows(StackBuffers::Mixed, block, part.first)),
                    middle,
                    readOnly(input));
        kernels::normRows(m_plan->blocks[block].norms[1].numbers,
                          readOnly(shape.isParallel ? input : middle),
                          normalised,
                          part.count);
        const auto expanded = rows(StackBuffers::Expanded, block, part.first);
        multiply(block, kExpand, part, readOnly(normalised), expanded, {});
        const auto up =
            shape.upColumn > 0 ? readOnly(expanded.columns(shape.upColumn)) : RowsOf<const T>{};
        kernels::activateRows(
            shape.activation, readOnly(expanded), up, active, shape.inner, part.count);
        scaleInput(m_plan->blocks[block].products[kContract], active, part.count);
        addSubLayer(kMlp,
                    block,
                    part,
                    readOnly(active),
                    rows(StackBuffers::Input, block + 1, part.first),
                    readOnly(middle));
    });
}

template <typename T>
void StackWorker<T>::mixBackward(std::size_t block, TokenRange range)
{
    const StackShape& shape = m_plan->shape;
    forBlocks(range, [&](TokenRange part) {
        const auto normalised = rowsOrScratch(StackBuffers::ExpandInput, part.first, shape.hidden);
        const auto gradient = rows(StackBuffers::InputGradient, 0, part.first);
        const auto input = readOnly(rows(StackBuffers::Input, block, part.first));
        const auto middle = rows(StackBuffers::Middle, block, part.first);
        const auto expanded = rows(StackBuffers::Expanded, block, part.first);
        const auto up =
            shape.upColumn > 0 ? readOnly(expanded.columns(shape.upColumn)) : RowsOf<const T>{};
        if (m_plan->makesAgain(Recompute::Block, block)) {
            addSubLayer(kAttention,
                        block,
                        part,
                        readOnly(rows(StackBuffers::Mixed, block, part.first)),
                        middle,
                        input);
        }
        const auto stream = shape.isParallel ? input : readOnly(middle); // that the MLP reads
        const NormPlan& norm = m_plan->blocks[block].norms[1];
        kernels::normRows(norm.numbers, stream, normalised, part.count);
        if (m_plan->makesAgain(Recompute::Mlp, block)) {
            multiply(block, kExpand, part, readOnly(normalised), expanded, {});
        }

        const auto memory = shape.hasOutputNorms ? scratch(shape.hidden) : RowsOf<T>{};
        if (shape.isParallel) { // of both the gradient is that of the sum
            projectBackward(block, part, gradient, memory);
        }
        const auto dOutput =
            throughGains(block,
                         kContract,
                         part,
                         productGradient(kMlp, block, part, readOnly(middle), gradient, memory));
        keepRows(dOutput.unscaled, StackBuffers::ContractGradient, part);
        const auto active = rowsOrScratch(
            StackBuffers::ContractInput, part.first, shape.inner); // its gradient first
        inputGradient(block, kContract, part, dOutput, active);
        const ProductPlan& contract = m_plan->blocks[block].products[kContract];
        unscaleGradient(contract, active, part.count);
        const auto dExpanded =
            rowsOrScratch(StackBuffers::ExpandGradient, part.first, shape.expandFeatures);
        clearGaps(dExpanded, part.count);
        kernels::activateRowsBackward(shape.activation,
                                      readOnly(expanded),
                                      up,
                                      active,
                                      dExpanded,
                                      dExpanded.columns(shape.upColumn),
                                      shape.inner,
                                      part.count);
        sumFactors(contract, active, part.count);
        updateGradients(block, kContract, part, dOutput.unscaled, readOnly(active));
        const auto dNormalised = scratch(shape.hidden);
        multiplyBackward(
            block, kExpand, part, readOnly(dExpanded), readOnly(normalised), dNormalised);
        addNormSums(norm, 1, readOnly(dNormalised), stream, part.count);
        kernels::normRowsBackward(
            norm.numbers, readOnly(dNormalised), stream, readOnly(gradient), gradient, part.count);
        if (!shape.isParallel) {
            projectBackward(block, part, gradient, memory);
        }
    });
}

template <typename T>
void StackWorker<T>::projectBackward(std::size_t block,
                                     TokenRange part,
                                     RowsOf<T> gradient,
                                     RowsOf<T> memory)
{
    const auto dOutput = productGradient(kAttention,
                                         block,
                                         part,
                                         readOnly(rows(StackBuffers::Input, block, part.first)),
                                         gradient,
                                         memory);
    keepRows(dOutput, StackBuffers::ProjectGradient, part);
    multiplyBackward(block,
                     kProject,
                     part,
                     dOutput,
                     readOnly(rows(StackBuffers::Mixed, block, part.first)),
                     rows(StackBuffers::MixedGradient, 0, part.first));
}

template <typename T>
void StackWorker<T>::attendBackward(std::size_t block, int64_t sequence, int64_t kvHead)
{
    const kernels::ProfileScope scope(kernels::Part::Attention);
    const StackShape& shape = m_plan->shape;
    const int64_t first = m_plan->sequences.queryOffsets[static_cast<std::size_t>(sequence)];
    const kernels::HeadGroup<T> group = headGroup(block, sequence, kvHead);
    const int64_t column = kvHead * group.heads * group.headDim;
    const auto gradient = rows(StackBuffers::AttendGradient, 0, first);
    m_attention.backward(
        group,
        readOnly(rows(StackBuffers::Mixed, block, first).columns(column)),
        readOnly(rows(StackBuffers::MixedGradient, 0, first).columns(column)),
        logSums(block, sequence, kvHead),
        gradient.columns(shape.queryColumn + kvHead * group.heads * shape.headStride),
        gradient.columns(shape.keyColumn + kvHead * shape.headStride),
        gradient.columns(shape.valueColumn + kvHead * shape.headStride));
}

// The sums of what is trained of a norm over each of `heads` parts of its input x.
template <typename T>
void StackWorker<T>::addNormSums(
    const NormPlan& norm, int64_t heads, RowsOf<const T> gradient, RowsOf<const T> x, int64_t count)
{
    float* const sums = m_sums.as<float>();
    if (norm.weight.isThere()) {
        kernels::normWeightSums(norm.numbers, heads, gradient, x, count, sums + norm.weight.sums);
    }
    for (int64_t head = 0; norm.bias.isThere() && head < heads; ++head) {
        const int64_t width = norm.numbers.width;
        kernels::addRowSums(gradient.columns(head * width), width, count, sums + norm.bias.sums);
    }
}

template <typename T>
void StackWorker<T>::attendInputsBackward(std::size_t block, TokenRange range)
{
    const StackShape& shape = m_plan->shape;
    takeGiven(block, range);
    const BlockPlan& plan = m_plan->blocks[block];
    const bool needsInput = block > 0 || m_plan->needsInput;
    const bool needsNormalised = needsInput || plan.norms[0].isTrained();
    if (!needsNormalised && !plan.products[kAttend].isTrained() && !plan.queryNorm.isTrained()
        && !plan.keyNorm.isTrained()) {
        return;
    }
    forBlocks(range, [&](TokenRange part) {
        const auto gradient = rows(StackBuffers::AttendGradient, 0, part.first);
        const auto input = readOnly(rows(StackBuffers::Input, block, part.first));
        rotate(block, gradient, part, -1);
        if (shape.hasHeadNorms) {
            const auto heads = readOnly(rows(StackBuffers::Heads, block, part.first));
            const auto sumHeads = [&](const NormPlan& norm, int64_t count, int64_t column) {
                addNormSums(norm,
                            count,
                            readOnly(gradient.columns(column)),
                            heads.columns(column),
                            part.count);
            };
            sumHeads(plan.queryNorm, shape.heads, shape.queryColumn);
            sumHeads(plan.keyNorm, shape.kvHeads, shape.keyColumn);
            kernels::normHeadsBackward(plan.queryNorm.numbers,
                                       shape.heads,
                                       heads.columns(shape.queryColumn),
                                       gradient.columns(shape.queryColumn),
                                       part.count);
            kernels::normHeadsBackward(plan.keyNorm.numbers,
                                       shape.kvHeads,
                                       heads.columns(shape.keyColumn),
                                       gradient.columns(shape.keyColumn),
                                       part.count);
        }
        const auto normalised = rowsOrScratch(StackBuffers::AttendInput, part.first, shape.hidden);
        kernels::normRows(plan.norms[0].numbers, input, normalised, part.count);
        const auto dNormalised = needsNormalised ? scratch(shape.hidden) : RowsOf<T>{};
        multiplyBackward(
            block, kAttend, part, readOnly(gradient), readOnly(normalised), dNormalised);
        addNormSums(plan.norms[0], 1, readOnly(dNormalised), input, part.count);
        if (needsInput) {
            const auto residual = rows(StackBuffers::InputGradient, 0, part.first);
            kernels::normRowsBackward(plan.norms[0].numbers,
                                      readOnly(dNormalised),
                                      input,
                                      readOnly(residual),
                                      residual,
                                      part.count);
        }
    });
}

#define LORA_STAGES(T)                                                                             \
    template void StackWorker<T>::prepare(const StackPlan&, const StackBuffers&);                  \
    template RowsOf<T> StackWorker<T>::rows(Part, std::size_t, int64_t) const;                     \
    template void StackWorker<T>::attendInputs(std::size_t, TokenRange);                           \
    template void StackWorker<T>::attend(std::size_t, int64_t, int64_t);                           \
    template void StackWorker<T>::mix(std::size_t, TokenRange);                                    \
    template void StackWorker<T>::mixBackward(std::size_t, TokenRange);                            \
    template void StackWorker<T>::attendBackward(std::size_t, int64_t, int64_t);                   \
    template void StackWorker<T>::attendInputsBackward(std::size_t, TokenRange);

LORA_STAGES(float)
LORA_STAGES(c10::BFloat16)

} // namespace engine::nn
