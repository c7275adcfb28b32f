// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/similar_rows.h"

#include <cstring>

namespace engine::data {

namespace {

constexpr std::size_t kFirstSlots = 1024;

std::uint64_t keyOf(const Signature& signature, std::size_t band)
{
    std::uint64_t key = 0;
    std::memcpy(&key, signature.data() + band * sizeof key, sizeof key);
    return key;
}

} // namespace

std::optional<SimilarRow> SimilarRows::find(const Signature& signature) const
{
    std::optional<SimilarRow> best;
    if (m_rows.empty()) {
        return best;
    }
    for (std::size_t band = 0; band < kBands; ++band) {
        const Slots& slots = m_bands[band];
        const std::uint32_t slot = slots[slotOf(slots, band, keyOf(signature, band))];
        if (slot == 0) {
            continue;
        }
        const Row& row = m_rows[slot - 1];
        const double share = similarity(row.signature, signature);
        if (share >= m_threshold && (!best || share > best->similarity)) {
            best = SimilarRow{row.number, share};
        }
    }
    return best;
}

bool SimilarRows::add(const Signature& signature, int64_t row)
{
    if (m_rows.size() >= m_mostRows) {
        return false;
    }
    m_rows.push_back({signature, row});
    if (2 * m_rows.size() > m_bands.front().size()) {
        grow();
        return true;
    }
    for (std::size_t band = 0; band < kBands; ++band) {
        insert(band, static_cast<std::uint32_t>(m_rows.size()));
    }
    return true;
}

// The slot of the key, or the free one where it belongs.
std::size_t SimilarRows::slotOf(const Slots& slots, std::size_t band, std::uint64_t key) const
{
    const std::size_t mask = slots.size() - 1;
    std::size_t at = (key * 0x9E3779B97F4A7C15) >> 20 & mask;
    while (slots[at] != 0 && keyOf(m_rows[slots[at] - 1].signature, band) != key) {
        at = (at + 1) & mask;
    }
    return at;
}

void SimilarRows::insert(std::size_t band, std::uint32_t position)
{
    Slots& slots = m_bands[band];
    std::uint32_t& slot = slots[slotOf(slots, band, keyOf(m_rows[position - 1].signature, band))];
    slot = slot == 0 ? position : slot;
}

void SimilarRows::grow()
{
    const std::size_t size = m_bands.front().empty() ? kFirstSlots : 2 * m_bands.front().size();
    for (std::size_t band = 0; band < kBands; ++band) {
        m_bands[band].assign(size, 0);
        for (std::uint32_t position = 1; position <= m_rows.size(); ++position) {
            insert(band, position);
        }
    }
}

} // namespace engine::data
