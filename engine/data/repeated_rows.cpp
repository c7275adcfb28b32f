// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/repeated_rows.h"

namespace engine::data {

void RepeatedRows::add(const device::Sha256::Digest& digest, int64_t line)
{
    const std::optional<int64_t> earlier = m_rows.firstOrAdd(digest, line);
    if (earlier && m_count++ == 0) {
        m_firstLine = line;
        m_repeatedLine = *earlier;
    }
}

} // namespace engine::data
