// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/suggest.h"

#include <algorithm>

namespace engine::contract {

namespace {

constexpr std::size_t kLongestCompared = 200;

// Optimal string alignment distance, three rows of the usual table.
std::size_t distance(std::string_view left, std::string_view right)
{
    std::vector<std::size_t> before(right.size() + 1);
    std::vector<std::size_t> previous(right.size() + 1);
    std::vector<std::size_t> current(right.size() + 1);
    for (std::size_t j = 0; j <= right.size(); ++j) {
        current[j] = j;
    }
    for (std::size_t i = 1; i <= left.size(); ++i) {
        std::swap(before, previous);
        std::swap(previous, current);
        current[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
                current[j] = std::min(current[j], before[j - 2] + 1);
            }
        }
    }
    return current.back();
}

} // namespace

std::string nearest(std::string_view name, const std::vector<std::string>& candidates)
{
    if (name.size() > kLongestCompared) {
        return {};
    }
    std::string best;
    std::size_t fewest = kLongestCompared;
    for (const std::string& candidate : candidates) {
        const std::size_t edits = distance(name, candidate);
        if (edits < fewest && edits * 3 <= std::max(name.size(), candidate.size())) {
            best = candidate;
            fewest = edits;
        }
    }
    return best;
}

std::string joined(const std::vector<std::string>& names, std::string_view separator)
{
    std::string text;
    for (const std::string& name : names) {
        text += text.empty() ? "" : separator;
        text += name;
    }
    return text;
}

std::string
suggestion(std::string_view name, const std::vector<std::string>& candidates, std::string_view what)
{
    const std::string near = nearest(name, candidates);
    const std::string question = near.empty() ? "" : "Did you mean " + near + "? ";
    return question + "Valid " + std::string(what) + ": " + joined(candidates);
}

} // namespace engine::contract
