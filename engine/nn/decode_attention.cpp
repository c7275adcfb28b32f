// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Attention of a decoding session over the rows of a prompt.
#include "engine/nn/decode_rows.h"
#include "engine/nn/decode_session.h"

namespace engine::nn {

using kernels::Share;

// Heads do not meet: who takes one appends its keys and goes on with its queries. Where heads do
// not share out evenly, their queries are cut too, which needs all keys first.
void DecodeSession::attend(int64_t layer)
{
    constexpr int64_t kEnoughHeads = 4; // of a thread, for an uneven share to matter little
    constexpr int64_t kLeastQueries = 16;
    const int64_t heads = m_plan.attention.kvHeads;
    const int64_t threads = m_block.threads;
    const Share rows{m_block.first, m_block.rows()};
    if (heads % threads == 0 || heads >= kEnoughHeads * threads) {
        split(heads, 1, [&](int64_t begin, int64_t end, int thread) {
            for (int64_t head = begin; head < end; ++head) {
                appendHead(layer, head);
                attendRows(layer, head, rows, thread);
            }
        });
        return;
    }
    split(heads, 1, [&](int64_t begin, int64_t end, int) {
        for (int64_t head = begin; head < end; ++head) {
            appendHead(layer, head);
        }
    });
    const int64_t pieces = std::min((kEnoughHeads * threads + heads - 1) / heads,
                                    (rows.size() + kLeastQueries - 1) / kLeastQueries);
    split(pieces * heads, 1, [&](int64_t begin, int64_t end, int thread) {
        for (int64_t unit = begin; unit < end; ++unit) {
            const Share part = kernels::shareOf(rows.size(), unit % pieces, pieces);
            attendRows(
                layer, unit / pieces, {rows.begin + part.begin, rows.begin + part.end}, thread);
        }
    });
}

void DecodeSession::appendHead(int64_t layer, int64_t head)
{
    const PlannedBlock& block = m_plan.blocks[static_cast<std::size_t>(layer)];
    appendTokens(m_plan,
                 block,
                 m_kernels,
                 m_cache,
                 {layer, head, m_block.position},
                 m_block.rows(),
                 {m_projected.as<float>(), block.attentionInput.features});
}

void DecodeSession::attendRows(int64_t layer, int64_t head, Share rows, int thread)
{
    if (rows.size() == 0) {
        return;
    }
    const kernels::ProfileScope scope(kernels::Part::Attention);
    const AttentionShape& shape = m_plan.attention;
    const PlannedBlock& block = m_plan.blocks[static_cast<std::size_t>(layer)];
    const int64_t stride = block.attentionInput.features;
    kernels::CachedHeads work;
    work.keys = &m_cache.keys(layer, head);
    work.values = &m_cache.values(layer, head);
    work.position = m_block.position + rows.begin;
    work.count = rows.size();
    work.heads = shape.heads / shape.kvHeads;
    work.headDim = shape.headDim;
    work.scale = m_plan.scoreScale;
    work.softCap = m_plan.scoreCap;
    work.window = block.window;
    const Share columns{head * work.heads * shape.headDim, (head + 1) * work.heads * shape.headDim};
    const int64_t queries = block.queryOffset + head * work.heads * block.headStride;
    work.q = {m_projected.as<float>() + rows.begin * stride + queries, stride};
    work.out = {m_mixed.floatRow(rows.begin) + columns.begin, m_mixed.stride};
    m_attention[static_cast<std::size_t>(thread)].attend(work);
    for (int64_t row = rows.begin; row < rows.end; ++row) {
        packRow(m_mixed, row, columns);
    }
}

} // namespace engine::nn
