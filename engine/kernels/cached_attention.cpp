// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/cached_attention.h"

#include "engine/kernels/small_numbers.h"
#include "engine/kernels/vectors.h"

#include <array>
#include <cstring>

namespace engine::kernels {

namespace {

constexpr int64_t kMostLanes = 16;
constexpr uint32_t kOddHalf = 0xffff0000U;

// `lanes` columns of a panel [depth][16] from `lane` on, as [depth][lanes].
void takeLanes(const float* panel, int64_t depth, int64_t lane, int64_t lanes, float* tile)
{
    for (int64_t d = 0; d < depth; ++d) {
        std::memcpy(tile + d * lanes,
                    panel + d * kPanelFeatures + lane,
                    static_cast<std::size_t>(lanes) * sizeof(float));
    }
}

// The same of a panel [depth / 2][16] of pairs.
LORA_CLONES void
widenLanes(const uint32_t* pairs, int64_t depth, int64_t lane, int64_t lanes, float* tile)
{
    for (int64_t d = 0; d < depth; ++d, tile += lanes) {
        const uint32_t* const from = pairs + d / 2 * kPanelFeatures + lane;
        const bool isOdd = d % 2 != 0;
        for (int64_t i = 0; i < lanes; ++i) {
            tile[i] = std::bit_cast<float>(isOdd ? from[i] & kOddHalf : from[i] << 16);
        }
    }
}

// The lines [begin, begin + count) of such a panel, as rows of 16; `begin` is even.
LORA_CLONES void widenLines(const uint32_t* pairs, int64_t begin, int64_t count, float* rows)
{
    for (int64_t line = begin; line < begin + count; line += 2, rows += 2 * kPanelFeatures) {
        const uint32_t* const from = pairs + line / 2 * kPanelFeatures;
        for (int64_t i = 0; i < kPanelFeatures; ++i) {
            rows[i] = std::bit_cast<float>(from[i] << 16);
            rows[kPanelFeatures + i] = std::bit_cast<float>(from[i] & kOddHalf);
        }
    }
}

const uint32_t* pairsOf(const std::byte* panel)
{
    return reinterpret_cast<const uint32_t*>(panel);
}

const float* floatsOf(const std::byte* panel)
{
    return reinterpret_cast<const float*>(panel);
}

void reserveFloats(AlignedBuffer& buffer, int64_t count)
{
    buffer.reserve(static_cast<std::size_t>(count) * sizeof(float));
}

} // namespace

CachedAttention::CachedAttention()
    : m_kernels(attentionKernels(instructionSet())), m_pairs(pairKernels(instructionSet()))
{
}

void CachedAttention::attend(const CachedHeads& work)
{
    const SmallNumbersAreZero flush;
    const int64_t tileSize = roundedUp(work.headDim, 2) * m_kernels->lanes;
    for (AlignedBuffer* buffer : {&m_query, &m_result, &m_rows}) {
        reserveFloats(*buffer, tileSize);
    }
    if (m_pairs != nullptr && work.keys->type() == PackedType::BFloat16) {
        attendPairs(work);
    } else {
        attendFloats(work);
    }
}

template <typename AttendTile>
void CachedAttention::forTiles(const CachedHeads& work, AttendTile attendTile)
{
    const int64_t lanes = m_kernels->lanes;
    const int64_t end = work.position + work.count;
    for (int64_t tile = work.position / lanes; tile * lanes < end; ++tile) {
        const Part part{std::max(tile * lanes, work.position),
                        std::min((tile + 1) * lanes, end),
                        std::max<int64_t>(0, work.position - tile * lanes)};
        const int64_t seen = firstTileSeen(tile, work.window, lanes);
        for (int64_t head = 0; head < work.heads; ++head) {
            const int64_t column = head * work.headDim;
            attendTile(queriesOf(work, column, part), seen, tile + 1 - seen);
            storeResult(work, column, part);
        }
    }
}

void CachedAttention::attendFloats(const CachedHeads& work)
{
    const int64_t lanes = m_kernels->lanes;
    const int64_t tiles = (work.position + work.count + lanes - 1) / lanes;
    loadKeys(work, tiles);
    loadValues(work, tiles);
    std::array<float, kMostLanes> maximum;
    std::array<float, kMostLanes> sum;
    TileForward step;
    step.q = m_query.as<float>();
    step.headDim = work.headDim;
    step.window = work.window;
    step.cap = work.softCap * kLog2E;
    step.result = m_result.as<float>();
    step.maximum = maximum.data();
    step.sum = sum.data();
    forTiles(work, [&](TileRows<const float> queries, int64_t first, int64_t keyTiles) {
        queries.factor = work.scale * kLog2E;
        m_kernels->loadFloats(queries, m_query.as<float>());
        step.k = m_keyTiles + first * work.headDim * lanes;
        step.v = m_values.as<float>() + first * work.headDim * lanes;
        step.tiles = keyTiles;
        m_kernels->forward(step);
    });
}

// Keys and values as they lie: a panel of keys is a tile.
void CachedAttention::attendPairs(const CachedHeads& work)
{
    std::array<float, kPairLanes> maximum;
    std::array<float, kPairLanes> sum;
    PairForward step;
    step.q = m_query.as<uint32_t>();
    step.panel = work.values->panelBytes() / int64_t{sizeof(uint32_t)};
    step.depth = work.keys->depth();
    step.window = work.window;
    step.scale = work.scale * kLog2E;
    step.cap = work.softCap * kLog2E;
    step.result = m_result.as<float>();
    step.maximum = maximum.data();
    step.sum = sum.data();
    forTiles(work, [&](const TileRows<const float>& queries, int64_t first, int64_t keyTiles) {
        m_pairs->loadFloats(queries, m_query.as<uint32_t>());
        step.k = pairsOf(work.keys->panel(first));
        step.v = pairsOf(work.values->panel(0)) + first * kPairLanes * kPairLanes / 2;
        step.tiles = keyTiles;
        m_pairs->forwardPanels(step);
    });
}

void CachedAttention::loadKeys(const CachedHeads& work, int64_t tiles)
{
    const PackedMatrix& keys = *work.keys;
    const int64_t lanes = m_kernels->lanes;
    const bool isTiled = keys.type() == PackedType::Float32 && lanes == kPanelFeatures
                         && keys.depth() == work.headDim;
    if (isTiled) { // a panel is a tile
        m_keyTiles = floatsOf(keys.panel(0));
        return;
    }
    const int64_t tileSize = work.headDim * lanes;
    reserveFloats(m_keys, tiles * tileSize);
    m_keyTiles = m_keys.as<float>();
    for (int64_t tile = 0; tile < tiles; ++tile) {
        const int64_t position = tile * lanes;
        const std::byte* const panel = keys.panel(position / kPanelFeatures);
        const int64_t lane = position % kPanelFeatures;
        float* const to = m_keys.as<float>() + tile * tileSize;
        if (keys.type() == PackedType::Float32) {
            takeLanes(floatsOf(panel), work.headDim, lane, lanes, to);
        } else {
            widenLanes(pairsOf(panel), work.headDim, lane, lanes, to);
        }
    }
}

// A line of a panel of values is 16 dimensions of one position.
void CachedAttention::loadValues(const CachedHeads& work, int64_t tiles)
{
    const PackedMatrix& values = *work.values;
    const int64_t lanes = m_kernels->lanes;
    reserveFloats(m_values, tiles * work.headDim * lanes);
    std::array<float, kMostLanes * kPanelFeatures> wide;
    for (int64_t d = 0; d < work.headDim; d += kPanelFeatures) {
        const std::byte* const panel = values.panel(d / kPanelFeatures);
        for (int64_t tile = 0; tile < tiles; ++tile) {
            const float* lines = floatsOf(panel) + tile * lanes * kPanelFeatures;
            if (values.type() == PackedType::BFloat16) {
                widenLines(pairsOf(panel), tile * lanes, lanes, wide.data());
                lines = wide.data();
            }
            const int64_t width = std::min(kPanelFeatures, work.headDim - d);
            m_kernels->loadFloats({{lines, kPanelFeatures}, lanes, width, 1},
                                  m_values.as<float>() + (tile * work.headDim + d) * lanes);
        }
    }
}

TileRows<const float>
CachedAttention::queriesOf(const CachedHeads& work, int64_t column, const Part& part)
{
    RowsOf<const float> rows = work.q.from(part.begin - work.position).columns(column);
    const int64_t count = part.end - part.begin;
    if (part.firstLane > 0) {
        auto* const staged = m_rows.as<float>();
        std::fill_n(staged, part.firstLane * work.headDim, 0.0F);
        for (int64_t i = 0; i < count; ++i) {
            std::copy_n(rows.row(i), work.headDim, staged + (part.firstLane + i) * work.headDim);
        }
        rows = {staged, work.headDim};
    }
    return {rows, part.firstLane + count, work.headDim};
}

void CachedAttention::storeResult(const CachedHeads& work, int64_t column, const Part& part)
{
    const RowsOf<float> rows = work.out.from(part.begin - work.position).columns(column);
    const int64_t count = part.end - part.begin;
    const bool isStaged = part.firstLane > 0;
    const RowsOf<float> to = isStaged ? RowsOf<float>{m_rows.as<float>(), work.headDim} : rows;
    m_kernels->storeFloats(m_result.as<float>(), {to, part.firstLane + count, work.headDim, 1});
    for (int64_t i = 0; isStaged && i < count; ++i) {
        std::copy_n(to.row(part.firstLane + i), work.headDim, rows.row(i));
    }
}

} // namespace engine::kernels
