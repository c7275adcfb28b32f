// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which rows repeat an earlier one, by their hashes: about 56 bytes a row.
#pragma once

#include "engine/device/sha256.h"

#include <cstdint>
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
    struct Row
    {
        device::Sha256::Digest digest;
        int64_t line;
    };

    std::size_t slotOf(const device::Sha256::Digest& digest) const;
    void grow();

    std::vector<Row> m_rows;            // without those that repeat
    std::vector<std::uint64_t> m_slots; // position in m_rows + 1, 0 = free; a power of two of them
    int64_t m_count = 0;
    int64_t m_firstLine = 0;
    int64_t m_repeatedLine = 0;
};

} // namespace engine::data
