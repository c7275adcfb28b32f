// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How far a data file may grow when it is unpacked (docs/contract.md section 7).
#pragma once

#include <algorithm>
#include <cstdint>

namespace engine::data {

inline constexpr uint64_t kFreeUnpackedBytes = 64 << 20;
inline constexpr uint64_t kMaximumExpansion = 200;

// Of everything that is in a file of that size.
inline uint64_t mostUnpackedBytes(uint64_t fileBytes)
{
    return std::max(kFreeUnpackedBytes, kMaximumExpansion * fileBytes);
}

} // namespace engine::data
