// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/decode_token.h"

#include "engine/kernels/profile.h"
#include "engine/nn/decode_rows.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace engine::nn {

using kernels::kPanelFeatures;
using kernels::PackedType;
using kernels::roundedUp;
using kernels::Share;

namespace {

// The most tokens for which one thread does all parts after another's processor was taken away:
// every meeting would wait for it again.
constexpr int kMostCalmTokens = 64;

void addTo(float* to, const float* x, int64_t width)
{
    for (int64_t i = 0; i < width; ++i) {
        to[i] += x[i];
    }
}

} // namespace

void DecodeToken::Row::reserve(int64_t width, PackedType type)
{
    const auto count = static_cast<std::size_t>(roundedUp(width, kPanelFeatures));
    floats.reserve(count * sizeof(float));
    if (type == PackedType::BFloat16) {
        halves.reserve(count * sizeof(uint16_t));
    }
}

DecodeToken::DecodeToken(const DecodePlan& plan, DecodeCache& cache, int64_t hidden, int parts)
    : m_plan(plan), m_cache(cache), m_kernels(*kernels::decodeKernels()), m_hidden(hidden),
      m_stride(roundedUp(hidden, kPanelFeatures)), m_parts(static_cast<std::size_t>(parts)),
      m_barrier(parts)
{
    const PlannedBlock& block = plan.blocks.front();
    const int64_t innerPanels = block.mlpInput.panels() / (block.isGated ? 2 : 1);
    const int64_t perKey = plan.attention.heads / plan.attention.kvHeads;
    const int64_t headStride = roundedUp(plan.attention.headDim, kPanelFeatures);
    const auto floats = [](int64_t count) {
        return static_cast<std::size_t>(count) * sizeof(float);
    };
    m_sums.reserve(floats(2 * parts * m_stride));
    for (int number = 0; number < parts; ++number) {
        Part& part = m_parts[static_cast<std::size_t>(number)];
        part.keyHeads = kernels::shareOf(plan.attention.kvHeads, number, parts);
        part.innerPanels = kernels::shareOf(innerPanels, number, parts);
        part.headPanels = kernels::shareOf(plan.head.panels(), number, parts);
        part.normed.reserve(hidden, plan.type);
        part.queries.reserve(perKey * headStride, plan.type);
        part.mixed.reserve(block.attentionOutput.width, plan.type);
        part.activated.reserve(block.mlpOutput.width, plan.type);
        part.residual.reserve(floats(m_stride));
        part.added.reserve(floats(plan.addsApart() ? m_stride : 0));
        part.headMixed.reserve(floats(perKey * headStride));
        part.factors.reserve(floats(perKey));
        part.projected.reserve(floats(block.attentionInput.features));
        part.wide.reserve(floats(block.mlpInput.features));
        part.lowRank.reserve(floats(std::max<int64_t>(plan.mostInner(), 1)));
    }
}

void DecodeToken::next(const float* x, int64_t position, kernels::SpinTeam* team, float* logits)
{
    m_x = x;
    m_position = position;
    m_logits = logits;
    const int64_t perKey = m_plan.attention.heads / m_plan.attention.kvHeads;
    for (Part& part : m_parts) {
        part.scores.reserve(perKey * m_cache.capacity(), m_plan.type);
    }
    run(0, team);
}

void DecodeToken::head(const float* x, kernels::SpinTeam* team, float* logits)
{
    m_x = x;
    m_logits = logits;
    run(2 * m_plan.blocks.size(), team);
}

// Steps 2 layer and 2 layer + 1 are a block's, the last is the head.
void DecodeToken::run(std::size_t first, kernels::SpinTeam* team)
{
    const std::size_t last = 2 * m_plan.blocks.size();
    m_first = first;
    for (Part& part : m_parts) {
        std::memcpy(
            part.residual.as<float>(), m_x, static_cast<std::size_t>(m_hidden) * sizeof(float));
    }
    if (team != nullptr && parts() > 1 && m_calmTokens == 0) {
        team->each(parts(), [&](int64_t part, int) {
            for (std::size_t step = first; step <= last; ++step) {
                perform(step, static_cast<int>(part));
                if (step < last) {
                    const kernels::ProfileScope scope(kernels::Part::Waiting);
                    m_barrier.arrive(static_cast<int>(part));
                }
            }
        });
        // Once may be chance; each time in a row it is less so.
        m_nextCalm = m_barrier.wasLong() ? std::min(2 * m_nextCalm, kMostCalmTokens) : 1;
        m_calmTokens = m_nextCalm > 1 ? m_nextCalm : 0;
        return;
    }
    m_calmTokens = std::max(0, m_calmTokens - 1);
    for (std::size_t step = first; step <= last; ++step) {
        for (int part = 0; part < parts(); ++part) {
            perform(step, part);
        }
    }
}

void DecodeToken::perform(std::size_t step, int part)
{
    Part& own = m_parts[static_cast<std::size_t>(part)];
    if (step > m_first) {
        collect(step - 1, own);
    }
    const std::size_t layer = step / 2;
    if (layer == m_plan.blocks.size()) {
        multiplyHead(part);
    } else if (step % 2 == 0) {
        attend(m_plan.blocks[layer], static_cast<int64_t>(layer), part);
    } else {
        mix(m_plan.blocks[layer], part);
    }
}

void DecodeToken::attend(const PlannedBlock& block, int64_t layer, int part)
{
    Part& own = m_parts[static_cast<std::size_t>(part)];
    const AttentionShape& shape = m_plan.attention;
    const int64_t perKey = shape.heads / shape.kvHeads;
    normalise(block.attentionNorm, block.attentionInput, own);
    // The panels that hold the own heads; those at the border are another part's, too.
    const auto multiplyHeads = [&](int64_t offset, int64_t width) {
        const Share panels{(offset + own.keyHeads.begin * width) / kPanelFeatures,
                           roundedUp(offset + own.keyHeads.end * width, kPanelFeatures)
                               / kPanelFeatures};
        multiply(block.attentionInput, own.normed, panels, own, own.projected.as<float>());
    };
    if (own.keyHeads.size() > 0) {
        multiplyHeads(block.queryOffset, perKey * block.headStride);
        if (block.headStride == shape.headDim) { // else they are among the same
            multiplyHeads(block.keyOffset, shape.headDim);
            multiplyHeads(block.valueOffset, shape.headDim);
        }
    }
    for (int64_t head = own.keyHeads.begin; head < own.keyHeads.end; ++head) {
        appendTokens(m_plan,
                     block,
                     m_kernels,
                     m_cache,
                     {layer, head, m_position},
                     1,
                     {own.projected.as<float>(), 0});
        attendHeads(block, layer, head, own);
    }
    const int64_t width = perKey * shape.headDim;
    const Share columns{own.keyHeads.begin * width, own.keyHeads.end * width};
    pack(own.mixed, columns);
    leave(block.attentionOutput,
          own.mixed,
          columns,
          part,
          sums(2 * static_cast<std::size_t>(layer), part));
    if (block.isParallel) { // before attention's result joins the stream
        normalise(block.mlpNorm, block.mlpInput, own);
    }
}

void DecodeToken::attendHeads(const PlannedBlock& block, int64_t layer, int64_t keyHead, Part& part)
{
    const kernels::ProfileScope scope(kernels::Part::Attention);
    const AttentionShape& shape = m_plan.attention;
    const int64_t headDim = shape.headDim;
    const int64_t perKey = shape.heads / shape.kvHeads;
    const kernels::PackedMatrix& keys = m_cache.keys(layer, keyHead);
    const kernels::PackedMatrix& values = m_cache.values(layer, keyHead);
    // Of the panel in which the window begins, what is before it is hidden.
    const int64_t end = m_position + 1;
    const int64_t begin = std::max<int64_t>(0, end - block.window);
    const int64_t first = begin / kPanelFeatures * kPanelFeatures;
    const int64_t padded = roundedUp(end, kPanelFeatures);
    const int64_t stride = roundedUp(headDim, kPanelFeatures); // of queries and mixtures
    const float* const queries =
        part.projected.as<float>() + block.queryOffset + keyHead * perKey * block.headStride;
    for (int64_t i = 0; i < perKey; ++i) {
        std::copy_n(queries + i * block.headStride, headDim, part.queries.data() + i * stride);
    }
    pack(part.queries, {0, perKey * stride});
    float* const scores = part.scores.data();
    kernels::Matvec product;
    product.matrix = &keys;
    product.firstPanel = first / kPanelFeatures;
    product.panels = (padded - first) / kPanelFeatures;
    product.depth = keys.depth();
    product.x = packed(part.queries);
    product.y = scores;
    product.rows = perKey;
    product.xStride = stride;
    product.yStride = padded;
    m_kernels.matvec(product);
    float* const factors = part.factors.as<float>();
    for (int64_t i = 0; i < perKey; ++i) {
        float* const row = scores + i * padded + first;
        float scale = m_plan.scoreScale;
        if (m_plan.scoreCap > 0) {
            m_kernels.softCap(row, end - first, scale, m_plan.scoreCap);
            scale = 1;
        }
        std::fill_n(row, begin - first, -std::numeric_limits<float>::infinity());
        factors[i] = 1.0F / m_kernels.softmax(row, end - first, scale);
    }
    pack(part.scores, {0, perKey * padded});
    float* const mixed = part.headMixed.as<float>();
    product.matrix = &values;
    product.firstPanel = 0;
    product.panels = values.panels();
    product.firstDepth = first;
    product.depth = roundedUp(end, 2) - first;
    product.x = packed(part.scores);
    product.y = mixed;
    product.xStride = padded;
    product.yStride = stride;
    m_kernels.matvec(product);
    float* const to = part.mixed.data() + keyHead * perKey * headDim;
    for (int64_t i = 0; i < perKey; ++i) {
        for (int64_t d = 0; d < headDim; ++d) {
            to[i * headDim + d] = mixed[i * stride + d] * factors[i];
        }
    }
}

void DecodeToken::mix(const PlannedBlock& block, int part)
{
    Part& own = m_parts[static_cast<std::size_t>(part)];
    if (!block.isParallel) {
        normalise(block.mlpNorm, block.mlpInput, own);
    }
    const int64_t half = block.mlpInput.features / 2;
    const Share columns{own.innerPanels.begin * kPanelFeatures,
                        std::min(own.innerPanels.end * kPanelFeatures, block.mlpOutput.width)};
    float* const wide = own.wide.as<float>();
    multiply(block.mlpInput, own.normed, own.innerPanels, own, wide);
    if (block.isGated) {
        const int64_t shift = half / kPanelFeatures;
        multiply(block.mlpInput,
                 own.normed,
                 {own.innerPanels.begin + shift, own.innerPanels.end + shift},
                 own,
                 wide);
    }
    {
        const kernels::ProfileScope scope(kernels::Part::Activation);
        m_kernels.activate(block.activation,
                           wide + columns.begin,
                           block.isGated ? wide + half + columns.begin : nullptr,
                           columns.size(),
                           own.activated.data() + columns.begin);
        applyInnerFactors(block, columns, own.activated.data());
    }
    pack(own.activated, columns);
    leave(block.mlpOutput, own.activated, columns, part, sums(1, part));
}

void DecodeToken::multiplyHead(int part)
{
    Part& own = m_parts[static_cast<std::size_t>(part)];
    normalise(m_plan.finalNorm, m_plan.head, own);
    multiply(m_plan.head, own.normed, own.headPanels, own, m_logits);
    if (m_plan.logitCap > 0) {
        m_kernels.softCap(m_logits + own.headPanels.begin * kPanelFeatures,
                          own.headPanels.size() * kPanelFeatures,
                          1,
                          m_plan.logitCap);
    }
}

void DecodeToken::collect(std::size_t step, Part& part)
{
    const PlannedBlock& block = m_plan.blocks[step / 2];
    const PlannedSum& sum = step % 2 == 0 ? block.attentionSum : block.mlpSum;
    float* const residual = part.residual.as<float>();
    if (sum.isPlain()) {
        addSums(step, residual);
        return;
    }
    float* const added = part.added.as<float>();
    std::fill_n(added, m_hidden, 0.0F);
    addSums(step, added);
    joinStream(
        m_kernels, sum, m_hidden, {added, residual, part.normed.data(), part.lowRank.as<float>()});
}

void DecodeToken::addSums(std::size_t step, float* to) const
{
    for (int other = 0; other < parts(); ++other) {
        addTo(to, sums(step, other), m_hidden);
    }
}

void DecodeToken::normalise(const PlannedNorm& norm, const PlannedGroup& next, Part& part)
{
    normaliseRow(m_kernels, norm, m_hidden, part.residual.as<float>(), part.normed.data());
    pack(part.normed, {0, m_hidden});
    project(next, part.normed.data(), {0, next.width}, part.lowRank.as<float>());
}

void DecodeToken::multiply(
    const PlannedGroup& group, const Row& x, Share panels, const Part& part, float* y)
{
    const kernels::ProfileScope scope(group.part);
    const bool hasGains = !group.gains.empty();
    const Share features{panels.begin * kPanelFeatures, panels.end * kPanelFeatures};
    if (group.quantized != nullptr) {
        multiplyQuantized(group, panels, {0, group.width}, x.data(), !hasGains, y);
    } else {
        kernels::Matvec product;
        product.matrix = &group.matrix();
        product.firstPanel = panels.begin;
        product.panels = panels.size();
        product.depth = product.matrix->depth();
        product.x = packed(x);
        product.y = y;
        product.bias = group.bias.empty() || hasGains ? nullptr : group.bias.data();
        m_kernels.matvec(product);
    }
    expand(group, features, part.lowRank.as<float>(), y);
    if (hasGains) {
        applyGains(group, features, /*hasBias=*/true, y);
    }
}

void DecodeToken::leave(const PlannedGroup& group, const Row& x, Share columns, int part, float* y)
{
    const kernels::ProfileScope scope(group.part);
    const bool hasGains = !group.gains.empty();
    if (group.quantized != nullptr) {
        const bool hasBias = part == 0 && !hasGains;
        multiplyQuantized(group, {0, group.panels()}, columns, x.data(), hasBias, y);
    } else {
        kernels::Matvec product;
        product.matrix = &group.matrix();
        product.panels = product.matrix->panels();
        // Pairs at a border: the row is 0 beside its own columns.
        product.firstDepth = columns.begin / 2 * 2;
        product.depth = roundedUp(columns.end, 2) - product.firstDepth;
        product.x = packed(x);
        product.y = y;
        product.bias = group.bias.empty() || part > 0 || hasGains ? nullptr : group.bias.data();
        m_kernels.matvec(product);
    }
    float* const lowRank = m_parts[static_cast<std::size_t>(part)].lowRank.as<float>();
    project(group, x.data(), columns, lowRank);
    expand(group, {0, m_hidden}, lowRank, y);
    if (hasGains) {
        applyGains(group, {0, m_hidden}, part == 0, y);
    }
}

void DecodeToken::project(const PlannedGroup& group, const float* x, Share columns, float* lowRank)
{
    const kernels::ProfileScope scope(kernels::Part::LowRank);
    for (const PlannedUpdate& update : group.updates) {
        m_kernels.project({update.a.const_data_ptr<float>() + columns.begin,
                           update.rank(),
                           columns.size(),
                           group.width},
                          x + columns.begin,
                          update.scale,
                          lowRank + update.innerOffset);
    }
}

void DecodeToken::expand(const PlannedGroup& group, Share features, const float* lowRank, float* y)
{
    for (const PlannedUpdate& update : group.updates) {
        expandUpdate(m_kernels, update, features, lowRank + update.innerOffset, y);
    }
}

void DecodeToken::pack(const Row& row, Share columns) const
{
    if (m_plan.type == PackedType::BFloat16) {
        m_kernels.toHalf(
            row.data() + columns.begin, columns.size(), row.halves.as<uint16_t>() + columns.begin);
    }
}

const void* DecodeToken::packed(const Row& row) const
{
    return m_plan.type == PackedType::Float32 ? static_cast<const void*>(row.data())
                                              : row.halves.as<uint16_t>();
}

float* DecodeToken::sums(std::size_t step, int part) const
{
    return m_sums.as<float>() + (static_cast<int64_t>(step % 2) * parts() + part) * m_stride;
}

} // namespace engine::nn
