// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/decode_session.h"

#include "engine/nn/decode_rows.h"

#include <ATen/Parallel.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Exception.h>
#include <c10/util/Half.h>

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

// Adds row `index` of a [rows, width] weight to x, or puts it there.
void takeRow(const at::Tensor& weight, int64_t index, bool adds, float* x)
{
    const int64_t width = weight.size(1);
    const int64_t stride = weight.stride(1);
    const auto take = [&](const auto* data) {
        const auto* row = data + index * weight.stride(0);
        for (int64_t i = 0; i < width; ++i) {
            const auto value = static_cast<float>(row[i * stride]);
            x[i] = adds ? x[i] + value : value;
        }
    };
    switch (weight.scalar_type()) {
    case at::kFloat:
        return take(weight.const_data_ptr<float>());
    case at::kBFloat16:
        return take(weight.const_data_ptr<c10::BFloat16>());
    default:
        return take(weight.const_data_ptr<c10::Half>());
    }
}

void takeToken(const Embedding& table, int64_t id, float* x)
{
    if (table.isQuantized()) {
        const int64_t width = table.width();
        kernels::unpackRows(*table.quantized(), id, 1, 0, width, at::kFloat, x, width);
    } else {
        takeRow(table.weight(), id, false, x);
    }
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
      m_products(*kernels::packedKernels()), m_plan(planOf(decoder, capacity)),
      m_cache(static_cast<int64_t>(m_plan.blocks.size()),
              m_plan.attention.kvHeads,
              m_plan.attention.headDim,
              m_plan.type),
      m_capacity(capacity), m_weightBytes(m_plan.weightBytes()), m_threads(at::get_num_threads()),
      m_token(m_plan, m_cache, decoder.blueprint().hiddenSize, partsOf(m_weightBytes, m_threads)),
      m_hiddenStride(roundedUp(decoder.blueprint().hiddenSize, kPanelFeatures)),
      m_innerStride(roundedUp(std::max<int64_t>(m_plan.mostRanks(), 1), kPanelFeatures)),
      m_attention(static_cast<std::size_t>(m_threads)),
      m_unpacked(static_cast<std::size_t>(m_threads))
{
    m_logits.reserve(static_cast<std::size_t>(m_plan.head.features) * sizeof(float));
}

void DecodeSession::resume(DecodeCache cache, int64_t length)
{
    TORCH_CHECK(m_length == 0 && length <= cache.capacity() && length < m_capacity,
                "DecodeSession: cannot go on behind ",
                length,
                " tokens");
    m_cache = std::move(cache);
    m_length = length;
}

std::span<const float> DecodeSession::next(std::span<const int64_t> ids)
{
    const auto count = static_cast<int64_t>(ids.size());
    TORCH_CHECK(count > 0 && m_length + count <= m_capacity,
                "DecodeSession: ",
                count,
                " tokens after ",
                m_length,
                " do not fit ",
                m_capacity);
    for (const int64_t id : ids) {
        TORCH_CHECK_INDEX(id >= 0 && id < m_decoder.parts().tokenEmbedding.size(),
                          "DecodeSession: no token ",
                          id);
    }
    const int64_t blocks = (count + kBlockRows - 1) / kBlockRows;
    reserve((count + blocks - 1) / blocks, m_length + count);
    float* const logits = m_logits.as<float>();
    for (int64_t block = 0; block < blocks; ++block) {
        const Share share = kernels::shareOf(count, block, blocks);
        const int64_t rows = share.size();
        const auto part =
            ids.subspan(static_cast<std::size_t>(share.begin), static_cast<std::size_t>(rows));
        const bool isLast = block + 1 == blocks;
        m_block = {rows, m_length, 1};
        embed(part);
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
    m_added.reserve(block.attentionOutputNorm || m_plan.hasGains() ? floats(m_hiddenStride) : 0);
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

void DecodeSession::embed(std::span<const int64_t> ids)
{
    const kernels::ProfileScope scope(kernels::Part::Embedding);
    const Decoder::Parts& parts = m_decoder.parts();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto row = static_cast<int64_t>(i);
        float* const x = m_residual.as<float>() + row * m_hiddenStride;
        takeToken(parts.tokenEmbedding, ids[i], x);
        if (parts.embeddingScale != 1) {
            const auto scale = static_cast<float>(parts.embeddingScale);
            std::for_each_n(
                x, parts.tokenEmbedding.width(), [scale](float& value) { value *= scale; });
        }
        if (parts.positionEmbedding.isDefined()) {
            takeRow(parts.positionEmbedding.weight(), m_block.position + row, true, x);
        }
    }
}

void DecodeSession::forwardRows(bool isEnd)
{
    const bool isSmall = m_weightBytes * static_cast<std::size_t>(m_block.rows) < kParallelBytes;
    if (!isSmall && m_threads > 1) {
        team();
        m_block.threads = m_threads;
    }
    const auto layers = static_cast<int64_t>(m_plan.blocks.size());
    for (int64_t layer = 0; layer < layers; ++layer) {
        readRows(layer);
        m_block.first = layer + 1 < layers ? 0 : m_block.rows - (isEnd ? 1 : 0);
        attend(layer);
        if (m_block.needed() > 0) {
            mixRows(layer);
        }
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
    addOutput(block.attentionOutput, block.attentionOutputNorm, m_mixed);

    normaliseRows(block.mlpNorm, block.mlpInput);
    const int64_t panels = block.mlpInput.panels() / (block.isGated ? 2 : 1);
    splitPanels(panels, [&](Share part, int thread) { multiplyMlp(block, part, thread); });
    addOutput(block.mlpOutput, block.mlpOutputNorm, m_activated);
}

void DecodeSession::addOutput(const PlannedGroup& group,
                              const std::optional<PlannedNorm>& norm,
                              const Rows& input)
{
    projectRows(group, input);
    const int64_t hidden = m_decoder.blueprint().hiddenSize;
    const bool isApart = norm || !group.gains.empty();
    multiplyAll(
        group, input, {(isApart ? m_added : m_residual).as<float>(), m_hiddenStride, !isApart});
    if (!isApart) {
        return;
    }
    splitRows([&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
            float* const added = m_added.as<float>() + row * m_hiddenStride;
            float* const residual = m_residual.as<float>() + row * m_hiddenStride;
            if (norm) {
                normaliseRow(m_kernels, *norm, hidden, added, added);
            }
            for (int64_t i = 0; i < hidden; ++i) {
                residual[i] += added[i];
            }
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
    for (int64_t row = m_block.first; row < m_block.rows; ++row) {
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
    for (int64_t row = m_block.first; row < m_block.rows; ++row) {
        const float* const gate = m_wide.as<float>() + row * features + columns.begin;
        m_kernels.activate(block.activation,
                           gate,
                           block.isGated ? gate + half : nullptr,
                           columns.size(),
                           m_activated.floatRow(row) + columns.begin);
        packRow(m_activated, row, columns);
    }
}

} // namespace engine::nn
