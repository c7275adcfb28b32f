// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Attention of a decoding session: softmax(scale · q Kᵀ) V over the cached panels.
#include "engine/nn/decode_rows.h"
#include "engine/nn/decode_session.h"

#include <cmath>
#include <cstring>

namespace engine::nn {

using kernels::kPanelFeatures;
using kernels::roundedUp;
using kernels::Share;

void DecodeSession::attend(int64_t layer)
{
    const int64_t heads = m_plan.attention.heads;
    const int64_t kvHeads = m_plan.attention.kvHeads;
    split(kvHeads, 1, [&](int64_t begin, int64_t end, int) {
        for (int64_t head = begin; head < end; ++head) {
            appendHead(layer, head);
        }
    });
    const int64_t pieces = (m_block.rows + kScoreRows - 1) / kScoreRows;
    split(pieces * heads, 1, [&](int64_t begin, int64_t end, int thread) {
        for (int64_t unit = begin; unit < end; ++unit) {
            const int64_t first = unit % pieces * kScoreRows;
            attendRows(
                layer, unit / pieces, {first, std::min(first + kScoreRows, m_block.rows)}, thread);
        }
    });
}

void DecodeSession::appendHead(int64_t layer, int64_t head)
{
    const PlannedBlock& block = m_plan.blocks[static_cast<std::size_t>(layer)];
    const int64_t stride = block.attentionInput.matrix().features();
    for (int64_t row = 0; row < m_block.rows; ++row) {
        appendToken(m_plan,
                    block,
                    m_kernels,
                    m_cache,
                    {layer, head, m_block.position + row},
                    m_projected.as<float>() + row * stride);
    }
}

void DecodeSession::attendRows(int64_t layer, int64_t head, Share rows, int thread)
{
    const kernels::ProfileScope scope(kernels::Part::Attention);
    const AttentionShape& shape = m_plan.attention;
    const PlannedBlock& block = m_plan.blocks[static_cast<std::size_t>(layer)];
    const int64_t keyHead = head / (shape.heads / shape.kvHeads);
    const kernels::PackedMatrix& keys = m_cache.keys(layer, keyHead);
    const kernels::PackedMatrix& values = m_cache.values(layer, keyHead);
    HeadScratch& scratch = m_scratch[static_cast<std::size_t>(thread)];
    const int64_t length = m_block.position + rows.end; // keys that the last row sees
    const int64_t padded = roundedUp(length, kPanelFeatures);
    const int64_t mixedStride = roundedUp(shape.headDim, kPanelFeatures);
    const auto scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(shape.headDim)));
    const int64_t count = rows.size();
    const Share headColumns{head * shape.headDim, (head + 1) * shape.headDim};

    for (int64_t i = 0; i < count; ++i) {
        const float* const projected =
            m_projected.as<float>() + (rows.begin + i) * block.attentionInput.matrix().features();
        std::memcpy(scratch.queries.floatRow(i),
                    projected + block.queryOffset + headColumns.begin,
                    static_cast<std::size_t>(shape.headDim) * sizeof(float));
        packRow(scratch.queries, i, {0, shape.headDim});
    }
    multiplyHead(scratch.queries,
                 keys,
                 count,
                 {0, keys.depth()},
                 padded / kPanelFeatures,
                 {scratch.scores.floatRow(0), scratch.scores.stride, false},
                 scratch);
    for (int64_t i = 0; i < count; ++i) {
        float* const scores = scratch.scores.floatRow(i);
        const int64_t seen = m_block.position + rows.begin + i + 1;
        scratch.sums[static_cast<std::size_t>(i)] = m_kernels.softmax(scores, seen, scale);
        std::fill(scores + roundedUp(seen, kPanelFeatures), scores + padded, 0.0F);
        packRow(scratch.scores, i, {0, padded});
    }
    multiplyHead(scratch.scores,
                 values,
                 count,
                 {0, roundedUp(length, 2)},
                 values.panels(),
                 {scratch.mixed.as<float>(), mixedStride, false},
                 scratch);
    for (int64_t i = 0; i < count; ++i) {
        const float* const from = scratch.mixed.as<float>() + i * mixedStride;
        float* const to = m_mixed.floatRow(rows.begin + i) + headColumns.begin;
        const float factor = 1.0F / scratch.sums[static_cast<std::size_t>(i)];
        for (int64_t d = 0; d < shape.headDim; ++d) {
            to[d] = from[d] * factor;
        }
        packRow(m_mixed, rows.begin + i, headColumns);
    }
}

void DecodeSession::multiplyHead(const Rows& left,
                                 const kernels::PackedMatrix& right,
                                 int64_t rows,
                                 kernels::DepthRange depths,
                                 int64_t panels,
                                 const Target& target,
                                 HeadScratch& scratch) const
{
    std::fill(scratch.depths.begin(), scratch.depths.end(), depths);
    kernels::PackedProduct product;
    product.main = {left.packedRow(0), left.stride, &right, scratch.depths.data()};
    product.m = rows;
    product.panels = panels;
    product.c = target.y;
    product.cStride = target.stride;
    product.isFloatOutput = true;
    m_products.product(product);
}

} // namespace engine::nn
