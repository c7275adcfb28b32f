// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Where the sequences of a padding-free micro-batch lie. A micro-batch is one stream of tokens;
// there is no batch dimension and no padding.
#pragma once

#include <cstdint>
#include <vector>

namespace engine::kernels {

// Offsets [count + 1], first 0: sequence i owns the query rows [queryOffsets[i], queryOffsets[i +
// 1]) and the key rows [keyOffsets[i], keyOffsets[i + 1]). Both are equal in training; a key-value
// cache or a prefix gives more keys than queries. Query j of a sequence sees the keys 0 … keys -
// queries + j (causal, aligned bottom-right).
struct Sequences
{
    std::vector<int64_t> queryOffsets{0};
    std::vector<int64_t> keyOffsets{0};

    int64_t count() const { return static_cast<int64_t>(queryOffsets.size()) - 1; }
    int64_t queries(int64_t sequence) const
    {
        return queryOffsets[sequence + 1] - queryOffsets[sequence];
    }
    int64_t keys(int64_t sequence) const { return keyOffsets[sequence + 1] - keyOffsets[sequence]; }
};

} // namespace engine::kernels
