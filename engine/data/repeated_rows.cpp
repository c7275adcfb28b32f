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
    std::uint64_t& slot = m_slots[slotOf(digest)];
    if (slot == 0) {
        m_rows.push_back({digest, line});
        slot = m_rows.size();
    } else if (m_count++ == 0) {
        m_firstLine = line;
        m_repeatedLine = m_rows[slot - 1].line;
    }
}

// The digest's own slot, or the free one where it belongs.
std::size_t RepeatedRows::slotOf(const device::Sha256::Digest& digest) const
{
    std::uint64_t begin = 0; // a hash already: any eight bytes of it spread evenly
    std::memcpy(&begin, digest.data(), sizeof begin);
    const std::size_t mask = m_slots.size() - 1;
    std::size_t at = begin & mask;
    while (m_slots[at] != 0 && m_rows[m_slots[at] - 1].digest != digest) {
        at = (at + 1) & mask;
    }
    return at;
}

void RepeatedRows::grow()
{
    m_slots.assign(m_slots.empty() ? kFirstSlots : 2 * m_slots.size(), 0);
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        m_slots[slotOf(m_rows[i].digest)] = i + 1;
    }
}

} // namespace engine::data
