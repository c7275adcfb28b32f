// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/repetition.h"

#include <algorithm>
#include <set>

namespace engine::generate {

template <typename Number>
void penaliseSeen(std::span<Number> scores, double penalty, std::span<const int64_t> seen)
{
    for (const int64_t id : std::set<int64_t>(seen.begin(), seen.end())) {
        Number& score = scores[static_cast<std::size_t>(id)];
        score = static_cast<Number>(score < 0 ? score * penalty : score / penalty);
    }
}

template void penaliseSeen(std::span<float>, double, std::span<const int64_t>);
template void penaliseSeen(std::span<double>, double, std::span<const int64_t>);

std::vector<int64_t> repeatingTokens(std::span<const int64_t> seen, int64_t n)
{
    const auto before = static_cast<std::size_t>(n - 1);
    std::vector<int64_t> banned;
    if (seen.size() < before + 1) {
        return banned;
    }
    const std::span<const int64_t> last = seen.last(before);
    for (std::size_t first = 0; first + before < seen.size(); ++first) {
        if (std::ranges::equal(seen.subspan(first, before), last)) {
            banned.push_back(seen[first + before]);
        }
    }
    return banned;
}

} // namespace engine::generate
