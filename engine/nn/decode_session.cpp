// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/decode_session.h"

#include "engine/nn/decode_rows.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

namespace engine::nn {

namespace {

using kernels::kPanelFeatures;
using kernels::PackedType;
using kernels::roundedUp;
using kernels::Share;
using kernels::SpinTeam;

// The most rows of a prompt that go through the products together, in equal blocks: enough to reuse
// each weight often, few enough for their activations to stay in the cache.
constexpr int64_t kBlockRows = 256;
// Weights times rows below which handing out work costs more than a second thread brings.
constexpr std::size_t kParallelBytes = std::size_t{4} << 20;

// Weights that a token of one thread reads; below, meeting the others takes longer than their part.
constexpr std::size_t kPartBytes = std::size_t{256} << 10;

int partsOf(std::size_t weightBytes, int threads)
{
    return static_cast<int>(
        std::clamp<std::size_t>(weightBytes / kPartBytes, 1, static_cast<std::size_t>(threads)));
}

} // namespace

void DecodeSession::Rows::reserve(int64_t rows, int64_t width, PackedType type)
{
    stride = roundedUp(width, kPanelFeatures);
    const auto count = static_cast<std::size_t>(rows * stride);
    floats.reserve(count * sizeof(float));
    if (type == PackedType::BFloat16) {
        halves.reserve(count * sizeof(uint16_t));
    }
}

const void* DecodeSession::Rows::packedRow(int64_t row) const
{
    return halves.bytes() == 0 ? static_cast<const void*>(floatRow(row))
                               : halves.as<uint16_t>() + row * stride;
}

DecodeSession::DecodeSession(const Decoder& decoder, int64_t capacity)
    : m_decoder(decoder), m_kernels(*kernels::decodeKernels()),
      m_products(*kernels::packedKernels()), m_plan(planOf(decoder, capacity)), m_input(decoder),
      m_cache(static_cast<int64_t>(m_plan.blocks.size()),
              m_plan.attention.kvHeads,
              m_plan.attention.headDim,
              m_plan.type),
      m_capacity(capacity + decoder.virtualCount()), m_weightBytes(m_plan.weightBytes()),
      m_threads(at::get_num_threads()),
      m_token(m_plan, m_cache, decoder.blueprint().hiddenSize, partsOf(m_weightBytes, m_threads)),
      m_hiddenStride(roundedUp(decoder.blueprint().hiddenSize, kPanelFeatures)),
      m_innerStride(roundedUp(std::max<int64_t>(m_plan.mostInner(), 1), kPanelFeatures)),
      m_attention(static_cast<std::size_t>(m_threads)),
      m_unpacked(static_cast<std::size_t>(m_threads))
{
    m_logits.reserve(static_cast<std::size_t>(m_plan.head.features) * sizeof(float));
    m_length = m_input.givenKeys();
    if (m_length > 0) {
        m_cache.reserve(m_length, m_capacity);
        m_input.writeKeys(m_cache);
    }
}

void DecodeSession::resume(DecodeCache cache, int64_t length)
{
    const int64_t positions = m_input.prefix() + length;
    TORCH_CHECK(m_length == m_input.givenKeys() && !m_isPromptRead && positions <= cache.capacity()
                    && positions < m_capacity,
                "DecodeSession: cannot go on behind ",
                length,
                " tokens");
    m_cache = std::move(cache);
    m_length = positions;
}

std::span<const float> DecodeSession::next(std::span<const int64_t> ids)
{
    m_input.place(ids, m_length == 0, !m_isPromptRead, m_ids);
    const auto count = static_cast<int64_t>(m_ids.size());
    TORCH_CHECK(!ids.empty() && m_length + count <= m_capacity,
                "DecodeSession: ",
                count,
                " rows after ",
                m_length,
                " do not fit ",
                m_capacity);
    for (const int64_t id : ids) {
        TORCH_CHECK_INDEX(id >= 0 && id < m_decoder.parts().tokenEmbedding.size(),
                          "DecodeSession: no token ",
                          id);
    }
    m_isPromptRead = true;
    const int64_t blocks = (count + kBlockRows - 1) / kBlockRows;
    reserve((count + blocks - 1) / blocks, m_length + count);
    float* const logits = m_logits.as<float>();
    for (int64_t block = 0; block < blocks; ++block) {
        const Share share = kernels::shareOf(count, block, blocks);
        const int64_t rows = share.size();
        const auto part = std::span<const int64_t>(m_ids).subspan(
            static_cast<std::size_t>(share.begin), static_cast<std::size_t>(rows));
        const bool isLast = block + 1 == blocks;
        m_block = {part, m_length, 1};
        m_input.embed(part, m_length, {m_residual.as<float>(), m_hiddenStride});
        SpinTeam* const tokenTeam = m_token.parts() > 1 ? team() : nullptr;
        if (rows == 1) {
            m_token.next(m_residual.as<float>(), m_length, tokenTeam, logits);
        } else {
            forwardRows(isLast);
            if (isLast) {
                m_token.head(
                    m_residual.as<float>() + (rows - 1) * m_hiddenStride, tokenTeam, logits);
            }
        }
        m_length += rows;
    }
    return {m_logits.as<const float>(), static_cast<std::size_t>(m_decoder.blueprint().vocabulary)};
}

void DecodeSession::reserve(int64_t rows, int64_t length)
{
    m_cache.reserve(length, m_capacity);
    if (rows <= m_rows) {
        return;
    }
    m_rows = rows;
    const PlannedBlock& block = m_plan.blocks.front();
    const auto floats = [rows](int64_t width) {
        return static_cast<std::size_t>(rows * width) * sizeof(float);
    };
    m_normed.reserve(rows, m_decoder.blueprint().hiddenSize, m_plan.type);
    m_mixed.reserve(rows, block.attentionOutput.width, m_plan.type);
    m_activated.reserve(rows, block.mlpOutput.width, m_plan.type);
    m_residual.reserve(floats(m_hiddenStride));
    m_added.reserve(m_plan.addsApart() ? floats(m_hiddenStride) : 0);
    m_projected.reserve(floats(block.attentionInput.features));
    m_wide.reserve(floats(block.mlpInput.features));
    m_inner.reserve(floats(m_innerStride));
}

kernels::SpinTeam* DecodeSession::team()
{
    if (!m_team) {
        m_team = std::make_unique<kernels::SpinTeam>(m_threads);
    }
    return m_team.get();
}

void DecodeSession::forwardRows(bool isEnd)
{
    const bool isSmall = m_weightBytes * static_cast<std::size_t>(m_block.rows()) < kParallelBytes;
    if (!isSmall && m_threads > 1) {
        team();
        m_block.threads = m_threads;
    }
    const auto layers = static_cast<int64_t>(m_plan.blocks.size());
    for (int64_t layer = 0; layer < layers; ++layer) {
        readRows(layer);
        m_block.first = layer + 1 < layers ? 0 : m_block.rows() - (isEnd ? 1 : 0);
        attend(layer);
        if (m_block.needed() > 0) {
            mixRows(layer);
        }
        m_input.replaceStates(m_block.ids, layer, {m_residual.as<float>(), m_hiddenStride});
    }
}

// Norm, queries, keys and values.
void DecodeSession::readRows(int64_t layer)
{
    const PlannedBlock& block = m_plan.blocks[static_cast<std::size_t>(layer)];
    normaliseRows(block.attentionNorm, block.attentionInput);
    multiplyAll(block.attentionInput,
                m_normed,
                {m_projected.as<float>(), block.attentionInput.features, false});
}

// Output projection, MLP and their residual sums.
void DecodeSession::mixRows(int64_t layer)
{
    const PlannedBlock& block = m_plan.blocks[static_cast<std::size_t>(layer)];
    if (block.isParallel) { // the MLP reads what attention's result is added to
        normaliseRows(block.mlpNorm, block.mlpInput);
        addOutput(block.attentionOutput, block.attentionSum, m_mixed);
        projectRows(block.mlpInput, m_normed); // whose place attention's have taken
    } else {
        addOutput(block.attentionOutput, block.attentionSum, m_mixed);
        normaliseRows(block.mlpNorm, block.mlpInput);
    }
    const int64_t panels = block.mlpInput.panels() / (block.isGated ? 2 : 1);
    splitPanels(panels, [&](Share part, int thread) { multiplyMlp(block, part, thread); });
    addOutput(block.mlpOutput, block.mlpSum, m_activated);
}

void DecodeSession::addOutput(const PlannedGroup& group, const PlannedSum& sum, const Rows& input)
{
    projectRows(group, input);
    const int64_t hidden = m_decoder.blueprint().hiddenSize;
    const bool isApart = !sum.isPlain() || !group.gains.empty();
    multiplyAll(
        group, input, {(isApart ? m_added : m_residual).as<float>(), m_hiddenStride, !isApart});
    if (!isApart) {
        return;
    }
    splitRows([&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
            joinStream(m_kernels,
                       sum,
                       hidden,
                       {m_added.as<float>() + row * m_hiddenStride,
                        m_residual.as<float>() + row * m_hiddenStride,
                        m_normed.floatRow(row),
                        m_inner.as<float>() + row * m_innerStride});
        }
    });
}

void DecodeSession::normaliseRows(const PlannedNorm& norm, const PlannedGroup& group)
{
    splitRows([&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
            normaliseRow(m_kernels,
                         norm,
                         m_decoder.blueprint().hiddenSize,
                         m_residual.as<float>() + row * m_hiddenStride,
                         m_normed.floatRow(row));
            packRow(m_normed, row, {0, group.width});
            projectRow(group, m_normed, row);
        }
    });
}

void DecodeSession::packRow(const Rows& rows, int64_t row, Share columns) const
{
    if (m_plan.type == PackedType::BFloat16) {
        m_kernels.toHalf(rows.floatRow(row) + columns.begin,
                         columns.size(),
                         rows.halves.as<uint16_t>() + row * rows.stride + columns.begin);
    }
}

void DecodeSession::projectRow(const PlannedGroup& group, const Rows& rows, int64_t row)
{
    const kernels::ProfileScope scope(kernels::Part::LowRank);
    float* const inner = m_inner.as<float>() + row * m_innerStride;
    for (const PlannedUpdate& update : group.updates) {
        m_kernels.project(
            {update.a.const_data_ptr<float>(), update.rank(), group.width, group.width},
            rows.floatRow(row),
            update.scale,
            inner + update.innerOffset);
    }
}

void DecodeSession::projectRows(const PlannedGroup& group, const Rows& rows)
{
    if (group.updates.empty()) {
        return;
    }
    splitRows([&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
            projectRow(group, rows, row);
        }
    });
}

void DecodeSession::multiply(
    const PlannedGroup& group, const Rows& input, Share panels, const Target& target, int thread)
{
    const kernels::ProfileScope scope(group.part);
    kernels::PackedProduct product;
    float* const y = target.y + m_block.first * target.stride;
    product.main = {input.packedRow(m_block.first), input.stride, nullptr, nullptr};
    product.m = m_block.needed();
    product.c = y;
    product.cStride = target.stride;
    const bool hasGains = !group.gains.empty();
    product.bias = group.bias.empty() || hasGains ? nullptr : group.bias.data();
    product.residual = target.adds ? y : nullptr;
    product.residualStride = target.stride;
    product.isFloatOutput = true;
    if (group.quantized != nullptr) {
        multiplyUnpacked(group, product, panels, thread);
    } else {
        product.main.matrix = &group.matrix();
        product.firstPanel = panels.begin;
        product.panels = panels.size();
        m_products.product(product);
    }
    const Share features{panels.begin * kPanelFeatures, panels.end * kPanelFeatures};
    for (int64_t row = m_block.first; row < m_block.rows(); ++row) {
        expandRow(group, features, row, target.y + row * target.stride);
        if (hasGains) {
            applyGains(group, features, /*hasBias=*/true, target.y + row * target.stride);
        }
    }
}

// A few panels at a time, which stay in the cache while all rows are multiplied.
void DecodeSession::multiplyUnpacked(const PlannedGroup& group,
                                     kernels::PackedProduct product,
                                     Share panels,
                                     int thread)
{
    constexpr int64_t kPanels = 4;
    kernels::PackedMatrix& matrix = m_unpacked[static_cast<std::size_t>(thread)][group.width];
    if (matrix.isEmpty()) {
        matrix = kernels::PackedMatrix(kPanels * kPanelFeatures, group.width, m_plan.type);
    }
    product.main.matrix = &matrix;
    float* const y = static_cast<float*>(product.c);
    const float* const bias = product.bias;
    for (int64_t first = panels.begin; first < panels.end; first += kPanels) {
        product.panels = std::min(kPanels, panels.end - first);
        group.quantized->unpackForOutput(first, product.panels, matrix, 0);
        const int64_t feature = first * kPanelFeatures;
        product.c = y + feature;
        product.bias = bias == nullptr ? nullptr : bias + feature;
        product.residual = product.residual == nullptr ? nullptr : product.c;
        m_products.product(product);
    }
}

void DecodeSession::multiplyAll(const PlannedGroup& group, const Rows& input, const Target& target)
{
    splitPanels(group.panels(),
                [&](Share part, int thread) { multiply(group, input, part, target, thread); });
}

void DecodeSession::expandRow(const PlannedGroup& group, Share features, int64_t row, float* y)
{
    for (const PlannedUpdate& update : group.updates) {
        expandUpdate(m_kernels,
                     update,
                     features,
                     m_inner.as<float>() + row * m_innerStride + update.innerOffset,
                     y);
    }
}

// Some panels of gate and the same ones of up, and what becomes of them.
void DecodeSession::multiplyMlp(const PlannedBlock& block, Share panels, int thread)
{
    const int64_t features = block.mlpInput.features;
    const int64_t half = features / 2;
    const Target wide{m_wide.as<float>(), features, false};
    multiply(block.mlpInput, m_normed, panels, wide, thread);
    if (block.isGated) {
        const int64_t shift = half / kPanelFeatures;
        multiply(
            block.mlpInput, m_normed, {panels.begin + shift, panels.end + shift}, wide, thread);
    }
    const kernels::ProfileScope scope(kernels::Part::Activation);
    const Share columns{panels.begin * kPanelFeatures,
                        std::min(panels.end * kPanelFeatures, block.mlpOutput.width)};
    for (int64_t row = m_block.first; row < m_block.rows(); ++row) {
        const float* const gate = m_wide.as<float>() + row * features + columns.begin;
        m_kernels.activate(block.activation,
                           gate,
                           block.isGated ? gate + half : nullptr,
                           columns.size(),
                           m_activated.floatRow(row) + columns.begin);
        applyInnerFactors(block, columns, m_activated.floatRow(row));
        packRow(m_activated, row, columns);
    }
}

} // namespace engine::nn
