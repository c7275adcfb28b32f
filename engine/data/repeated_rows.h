// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which rows repeat an earlier one, byte by byte.
#pragma once

#include "engine/data/row_hashes.h"

#include <cstdint>

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
    RowHashes m_rows; // lines
    int64_t m_count = 0;
    int64_t m_firstLine = 0;
    int64_t m_repeatedLine = 0;
};

} // namespace engine::data
