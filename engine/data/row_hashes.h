// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Numbers by the first half of a hash: about 35 bytes each, and no copy when the table grows.
#pragma once

#include "engine/device/sha256.h"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace engine::data {

class RowHashes
{
public:
    // The number that was added with this hash first; nothing when this is the first, which is then
    // kept.
    std::optional<int64_t> firstOrAdd(const device::Sha256::Digest& digest, int64_t number);
    std::optional<int64_t> find(const device::Sha256::Digest& digest) const;
    std::size_t size() const { return m_rows.size(); }

private:
    using Half = std::array<std::uint64_t, 2>;
    struct Row
    {
        Half hash;
        int64_t number;
    };

    static Half halfOf(const device::Sha256::Digest& digest);
    std::size_t slotOf(const Half& hash) const;
    void grow();

    std::deque<Row> m_rows;
    std::vector<std::uint32_t> m_slots; // position in m_rows + 1, 0 = free; a power of two of them
};

} // namespace engine::data
