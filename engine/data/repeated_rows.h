// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which rows repeat an earlier one, by the first half of their hashes: about 35 bytes a row.
#pragma once

#include "engine/device/sha256.h"

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

namespace engine::data {

class RepeatedRows
{
public:
    void add(const device::Sha256::Digest& digest, int64_t line);

    int64_t count() const { return m_count; }
    // Where the first that repeats stands, and the line it repeats; 0 when there is none.
    int64_t firstLine() const { return m_firstLine; }
    int64_t repeatedLine() const { return m_repeatedLine; }

private:
    using Half = std::array<std::uint64_t, 2>;
    struct Row
    {
        Half hash;
        int64_t line;
    };

    std::size_t slotOf(const Half& hash) const;
    void grow();

    std::deque<Row> m_rows;             // without those that repeat; growing copies nothing
    std::vector<std::uint32_t> m_slots; // position in m_rows + 1, 0 = free; a power of two of them
    int64_t m_count = 0;
    int64_t m_firstLine = 0;
    int64_t m_repeatedLine = 0;
};

} // namespace engine::data
