// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/repeated_rows.h"

#include <cstring>

namespace engine::data {

namespace {

constexpr std::size_t kFirstSlots = 1024;

} // namespace

void RepeatedRows::add(const device::Sha256::Digest& digest, int64_t line)
{
    if (2 * m_rows.size() >= m_slots.size()) {
        grow();
    }
    Half hash = {};
    std::memcpy(hash.data(), digest.data(), sizeof hash);
    std::uint32_t& slot = m_slots[slotOf(hash)];
    if (slot == 0) {
        m_rows.push_back({hash, line});
        slot = static_cast<std::uint32_t>(m_rows.size()); // a file has fewer rows than 2³²
    } else if (m_count++ == 0) {
        m_firstLine = line;
        m_repeatedLine = m_rows[slot - 1].line;
    }
}

// The hash's own slot, or the free one where it belongs.
std::size_t RepeatedRows::slotOf(const Half& hash) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t at = hash[0] & mask; // spread evenly already
    while (m_slots[at] != 0 && m_rows[m_slots[at] - 1].hash != hash) {
        at = (at + 1) & mask;
    }
    return at;
}

void RepeatedRows::grow()
{
    m_slots.assign(m_slots.empty() ? kFirstSlots : 2 * m_slots.size(), 0);
    std::uint32_t position = 0;
    for (const Row& row : m_rows) {
        m_slots[slotOf(row.hash)] = ++position;
    }
}

} // namespace engine::data
