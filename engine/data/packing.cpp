// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/packing.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <span>

namespace engine::data {

namespace {

constexpr std::size_t kWindow = 4096; // samples; larger fills a little better and mixes less

// A pack while it is being filled: places in `order`.
using Places = std::vector<std::size_t>;

void packWindow(const std::vector<int64_t>& lengths,
                std::span<const int64_t> window,
                int64_t maxTokens,
                std::vector<Pack>& packs)
{
    const auto lengthAt = [&](std::size_t place) {
        return lengths[static_cast<std::size_t>(window[place])];
    };
    Places longestFirst(window.size());
    std::iota(longestFirst.begin(), longestFirst.end(), std::size_t{0});
    std::stable_sort(longestFirst.begin(), longestFirst.end(), [&](std::size_t a, std::size_t b) {
        return lengthAt(a) > lengthAt(b);
    });
    std::vector<Places> filled;
    std::multimap<int64_t, std::size_t> room; // tokens left → index into `filled`
    for (const std::size_t place : longestFirst) {
        std::size_t target = filled.size();
        int64_t left = maxTokens;
        const auto tightest = room.lower_bound(lengthAt(place));
        if (tightest != room.end()) {
            left = tightest->first;
            target = tightest->second;
            room.erase(tightest);
        } else {
            filled.emplace_back();
        }
        filled[target].push_back(place);
        room.emplace(left - lengthAt(place), target);
    }
    // By the place of its longest sample, which is as random as the order itself.
    std::sort(filled.begin(), filled.end(), [](const Places& a, const Places& b) {
        return a.front() < b.front();
    });
    for (Places& places : filled) {
        std::sort(places.begin(), places.end());
        Pack pack;
        for (const std::size_t place : places) {
            pack.samples.push_back(window[place]);
            pack.tokens += lengthAt(place);
        }
        packs.push_back(std::move(pack));
    }
}

} // namespace

std::vector<Pack> packSamples(const std::vector<int64_t>& lengths,
                              const std::vector<int64_t>& order,
                              int64_t maxTokens)
{
    std::vector<Pack> packs;
    const std::span<const int64_t> all(order);
    for (std::size_t start = 0; start < all.size(); start += kWindow) {
        packWindow(
            lengths, all.subspan(start, std::min(kWindow, all.size() - start)), maxTokens, packs);
    }
    return packs;
}

double packFill(const std::vector<Pack>& packs, int64_t maxTokens)
{
    if (packs.empty()) {
        return 0;
    }
    const int64_t tokens =
        std::accumulate(packs.begin(), packs.end(), int64_t{0}, [](int64_t sum, const Pack& pack) {
            return sum + pack.tokens;
        });
    return static_cast<double>(tokens)
           / (static_cast<double>(packs.size()) * static_cast<double>(maxTokens));
}

} // namespace engine::data
