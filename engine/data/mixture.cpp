// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/mixture.h"

#include "engine/device/seeds.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace engine::data {

namespace {

// Adds the places [begin, end) of an endless row of shuffles of 0…count-1.
void addDrawn(
    int64_t count, int64_t begin, int64_t end, uint64_t seed, std::vector<int64_t>& indices)
{
    while (begin < end) {
        const int64_t shuffle = begin / count;
        const int64_t first = begin % count;
        const int64_t last = std::min(count, first + end - begin);
        const std::vector<int64_t> order = device::shuffledIndices(
            count, device::derivedSeed(seed, "mix", static_cast<uint64_t>(shuffle)));
        indices.insert(indices.end(), order.begin() + first, order.begin() + last);
        begin += last - first;
    }
}

} // namespace

Mixture::Mixture(std::vector<MixPart> parts, uint64_t seed)
    : m_parts(std::move(parts)), m_seed(seed)
{
}

int64_t Mixture::seen(std::size_t part) const
{
    const auto& [samples, weight] = m_parts[part];
    return samples == 0 ? 0
                        : std::max<int64_t>(1, std::llround(weight * static_cast<double>(samples)));
}

std::vector<int64_t> Mixture::epoch(int64_t epoch) const
{
    std::vector<int64_t> all;
    int64_t before = 0; // samples of the parts before
    for (std::size_t part = 0; part < m_parts.size(); ++part) {
        const int64_t count = m_parts[part].samples;
        const int64_t places = seen(part);
        const int64_t whole = count > 0 ? places / count : 0; // times that each is seen at least
        const int64_t drawn = places - whole * count;
        std::vector<int64_t> indices;
        indices.reserve(static_cast<std::size_t>(places));
        addDrawn(count,
                 epoch * drawn,
                 (epoch + 1) * drawn,
                 device::derivedSeed(m_seed, "mix", part),
                 indices);
        for (int64_t index = 0; index < count; ++index) {
            indices.insert(indices.end(), static_cast<std::size_t>(whole), index);
        }
        std::sort(indices.begin(), indices.end());
        for (const int64_t index : indices) {
            all.push_back(before + index);
        }
        before += count;
    }
    return all;
}

} // namespace engine::data
