// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/batcher.h"

#include "engine/device/failure.h"
#include "engine/device/seeds.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace engine::data {

namespace {

constexpr int64_t kGroupedBatches =
    50; // micro-batches whose samples are sorted together, as in transformers

void require(bool isValid, const char* field, int64_t minimum, int64_t value)
{
    if (!isValid) {
        throw Failure(code::kBadField,
                      std::string(field) + ": expected " + std::to_string(minimum)
                          + " or more, got " + std::to_string(value),
                      "Correct the field",
                      field);
    }
}

uint64_t epochSeed(const BatchSettings& settings, const char* purpose, int64_t epoch)
{
    return device::derivedSeed(settings.seed, purpose, static_cast<uint64_t>(epoch));
}

} // namespace

Batcher::Batcher(std::vector<int64_t> lengths, BatchSettings settings)
    : m_lengths(std::move(lengths)), m_settings(std::move(settings))
{
    require(m_settings.batchSize >= 1, "training.batch_size", 1, m_settings.batchSize);
    require(m_settings.batchTokens >= 0, "training.batch_tokens", 0, m_settings.batchTokens);
    require(m_settings.accumulate >= 1, "training.accumulate", 1, m_settings.accumulate);
    require(m_settings.maxTokens >= 1, "data.max_length", 1, m_settings.maxTokens);
    assert(m_settings.mixture.empty()
           || std::accumulate(m_settings.mixture.begin(),
                              m_settings.mixture.end(),
                              int64_t{0},
                              [](int64_t sum, const MixPart& part) { return sum + part.samples; })
                  == static_cast<int64_t>(m_lengths.size()));
}

int64_t Batcher::stepsPerEpoch(int64_t epoch)
{
    plan(epoch);
    const auto batches = static_cast<int64_t>(m_batches.size());
    return (batches + m_settings.accumulate - 1) / m_settings.accumulate;
}

std::vector<MicroBatch> Batcher::step(int64_t epoch, int64_t index)
{
    assert(index >= 0 && index < stepsPerEpoch(epoch));
    plan(epoch);
    const auto batches = static_cast<int64_t>(m_batches.size());
    const int64_t first = index * m_settings.accumulate;
    const int64_t last = std::min(first + m_settings.accumulate, batches);
    return {m_batches.begin() + first, m_batches.begin() + last};
}

double Batcher::fill(int64_t epoch)
{
    plan(epoch);
    return m_fill;
}

std::vector<int64_t> Batcher::orderOf(int64_t epoch) const
{
    std::vector<int64_t> seen(m_lengths.size());
    if (m_settings.mixture.empty()) {
        std::iota(seen.begin(), seen.end(), int64_t{0});
    } else {
        seen = Mixture(m_settings.mixture, m_settings.seed).epoch(epoch);
    }
    if (!m_settings.shuffle) {
        return seen; // one source behind the other
    }
    std::vector<int64_t> order = device::shuffledIndices(
        static_cast<int64_t>(seen.size()), epochSeed(m_settings, "sample order", epoch));
    for (int64_t& place : order) {
        place = seen[static_cast<std::size_t>(place)];
    }
    return order;
}

// What a micro-batch is counted in: packs, or samples as packs of one.
std::vector<Pack> Batcher::unitsOf(const std::vector<int64_t>& order) const
{
    if (m_settings.packing) {
        return packSamples(m_lengths, order, m_settings.maxTokens);
    }
    std::vector<Pack> units;
    units.reserve(order.size());
    for (const int64_t sample : order) {
        units.push_back({{sample}, m_lengths[static_cast<std::size_t>(sample)]});
    }
    if (m_settings.groupByLength) {
        const int64_t group = m_settings.batchSize * kGroupedBatches;
        for (auto start = units.begin(); start != units.end();) {
            const auto end = start + std::min<int64_t>(group, units.end() - start);
            std::stable_sort(
                start, end, [](const Pack& a, const Pack& b) { return a.tokens > b.tokens; });
            start = end;
        }
    }
    return units;
}

void Batcher::plan(int64_t epoch)
{
    if (epoch == m_epoch) {
        return;
    }
    const std::vector<Pack> units = unitsOf(orderOf(epoch));
    std::vector<MicroBatch> batches;
    int64_t count = 0;
    int64_t tokens = 0;
    for (const Pack& unit : units) {
        const bool isFull = m_settings.batchTokens > 0
                                ? tokens + unit.tokens > m_settings.batchTokens
                                : count == m_settings.batchSize;
        if (batches.empty() || isFull) {
            batches.emplace_back();
            count = 0;
            tokens = 0;
        }
        std::vector<int64_t>& samples = batches.back().samples;
        samples.insert(samples.end(), unit.samples.begin(), unit.samples.end());
        ++count;
        tokens += unit.tokens;
    }
    if (m_settings.groupByLength && !m_settings.packing && m_settings.shuffle) {
        // Lengths fall inside every group; the order of micro-batches must not.
        const auto total = static_cast<int64_t>(batches.size());
        std::vector<MicroBatch> mixed;
        mixed.reserve(batches.size());
        for (const int64_t batch :
             device::shuffledIndices(total, epochSeed(m_settings, "batch order", epoch))) {
            mixed.push_back(std::move(batches[static_cast<std::size_t>(batch)]));
        }
        batches = std::move(mixed);
    }
    m_batches = std::move(batches);
    m_fill = m_settings.packing && !units.empty() ? packFill(units, m_settings.maxTokens) : 1;
    m_epoch = epoch;
}

} // namespace engine::data
