// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/row_hashes.h"

#include <cstring>

namespace engine::data {

namespace {

constexpr std::size_t kFirstSlots = 1024;

} // namespace

RowHashes::Half RowHashes::halfOf(const device::Sha256::Digest& digest)
{
    Half hash = {};
    std::memcpy(hash.data(), digest.data(), sizeof hash);
    return hash;
}

std::optional<int64_t> RowHashes::firstOrAdd(const device::Sha256::Digest& digest, int64_t number)
{
    if (2 * m_rows.size() >= m_slots.size()) {
        grow();
    }
    const Half hash = halfOf(digest);
    std::uint32_t& slot = m_slots[slotOf(hash)];
    if (slot != 0) {
        return m_rows[slot - 1].number;
    }
    m_rows.push_back({hash, number});
    slot = static_cast<std::uint32_t>(m_rows.size()); // a file has fewer rows than 2³²
    return std::nullopt;
}

std::optional<int64_t> RowHashes::find(const device::Sha256::Digest& digest) const
{
    const std::uint32_t slot = m_slots.empty() ? 0 : m_slots[slotOf(halfOf(digest))];
    return slot == 0 ? std::nullopt : std::optional(m_rows[slot - 1].number);
}

// The hash's own slot, or the free one where it belongs.
std::size_t RowHashes::slotOf(const Half& hash) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t at = hash[0] & mask; // spread evenly already
    while (m_slots[at] != 0 && m_rows[m_slots[at] - 1].hash != hash) {
        at = (at + 1) & mask;
    }
    return at;
}

void RowHashes::grow()
{
    m_slots.assign(m_slots.empty() ? kFirstSlots : 2 * m_slots.size(), 0);
    std::uint32_t position = 0;
    for (const Row& row : m_rows) {
        m_slots[slotOf(row.hash)] = ++position;
    }
}

} // namespace engine::data
