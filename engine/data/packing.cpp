// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/packing.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>
#include <span>

namespace engine::data {

namespace {

constexpr std::size_t kWindow = 4096; // samples; larger fills a little better and mixes less

// A pack while it is being filled: places in `order`.
using Places = std::vector<std::size_t>;

// Packs by the tokens that are left in them; among equals, who has had them longest is first.
class Rooms
{
public:
    explicit Rooms(int64_t most)
        : m_lists(static_cast<std::size_t>(most) + 1), m_words(m_lists.size() / 64 + 1),
          m_summary(m_words.size() / 64 + 1)
    {
    }

    void add(std::size_t pack, int64_t room)
    {
        if (room < 0) {
            return; // a sample that is longer than a pack: nothing goes beside it
        }
        if (m_next.size() <= pack) {
            m_next.resize(pack + 1);
        }
        const auto at = static_cast<std::size_t>(room);
        List& list = m_lists[at];
        m_next[pack] = kNone;
        if (list.first == kNone) {
            list.first = pack;
            m_words[at / 64] |= uint64_t{1} << at % 64;
            m_summary[at / 4096] |= uint64_t{1} << at / 64 % 64;
        } else {
            m_next[list.last] = pack;
        }
        list.last = pack;
    }

    struct Room
    {
        std::size_t pack;
        int64_t tokens;
    };
    // Takes out the pack with the least room of at least `tokens`.
    std::optional<Room> take(int64_t tokens)
    {
        const std::optional<std::size_t> at = firstFrom(static_cast<std::size_t>(tokens));
        if (!at) {
            return std::nullopt;
        }
        List& list = m_lists[*at];
        const Room room{list.first, static_cast<int64_t>(*at)};
        list.first = m_next[room.pack];
        if (list.first == kNone) {
            m_words[*at / 64] &= ~(uint64_t{1} << *at % 64);
            if (m_words[*at / 64] == 0) {
                m_summary[*at / 4096] &= ~(uint64_t{1} << *at / 64 % 64);
            }
        }
        return room;
    }

    void clear()
    {
        for (std::optional<std::size_t> at = firstFrom(0); at; at = firstFrom(*at)) {
            m_lists[*at] = {};
            m_words[*at / 64] &= m_words[*at / 64] - 1;
            if (m_words[*at / 64] == 0) {
                m_summary[*at / 4096] &= m_summary[*at / 4096] - 1;
            }
        }
    }

private:
    static constexpr std::size_t kNone = ~std::size_t{0};
    struct List
    {
        std::size_t first = kNone;
        std::size_t last = kNone;
    };

    // The first set bit at `from` or behind it.
    static std::optional<std::size_t> firstBit(const std::vector<uint64_t>& words, std::size_t from)
    {
        uint64_t mask = ~uint64_t{0} << from % 64;
        for (std::size_t word = from / 64; word < words.size(); ++word, mask = ~uint64_t{0}) {
            if (const uint64_t bits = words[word] & mask; bits != 0) {
                return word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
            }
        }
        return std::nullopt;
    }

    std::optional<std::size_t> firstFrom(std::size_t room) const
    {
        if (room >= m_lists.size()) {
            return std::nullopt;
        }
        const uint64_t rest = m_words[room / 64] & ~uint64_t{0} << room % 64;
        if (rest != 0) {
            return room / 64 * 64 + static_cast<std::size_t>(std::countr_zero(rest));
        }
        const std::optional<std::size_t> word = firstBit(m_summary, room / 64 + 1);
        return word ? std::optional(*word * 64
                                    + static_cast<std::size_t>(std::countr_zero(m_words[*word])))
                    : std::nullopt;
    }

    std::vector<List> m_lists;       // by room
    std::vector<uint64_t> m_words;   // a bit for each that is not empty
    std::vector<uint64_t> m_summary; // a bit for each word that is not 0
    std::vector<std::size_t> m_next; // [packs] in its list
};

void packWindow(const std::vector<int64_t>& lengths,
                std::span<const int64_t> window,
                int64_t maxTokens,
                Rooms& rooms,
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
    rooms.clear();
    for (const std::size_t place : longestFirst) {
        const auto room =
            rooms.take(lengthAt(place)).value_or(Rooms::Room{filled.size(), maxTokens});
        if (room.pack == filled.size()) {
            filled.emplace_back();
        }
        filled[room.pack].push_back(place);
        rooms.add(room.pack, room.tokens - lengthAt(place));
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
    Rooms rooms(maxTokens);
    for (std::size_t start = 0; start < all.size(); start += kWindow) {
        packWindow(lengths,
                   all.subspan(start, std::min(kWindow, all.size() - start)),
                   maxTokens,
                   rooms,
                   packs);
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
