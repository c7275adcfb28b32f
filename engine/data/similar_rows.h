// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Finds a row that is nearly the same as another among millions, by locality-sensitive hashing of
// MinHash signatures (Indyk, Motwani 1998): rows that agree in one of 16 bands of 8 places are
// compared. About 260 bytes a row.
#pragma once

#include "engine/data/min_hash.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace engine::data {

struct SimilarRow
{
    int64_t row = 0;
    double similarity = 0;
};

class SimilarRows
{
public:
    // Rows count as similar from `threshold` on; of 0.8 a pair at 0.8 is found 95 times in 100, at
    // 0.9 practically always. At most `mostRows` are kept to compare with.
    explicit SimilarRows(double threshold = 0.8, std::size_t mostRows = std::size_t{1} << 21)
        : m_threshold(threshold), m_mostRows(mostRows)
    {
    }

    // The most similar of the rows that share a band; nothing below the threshold.
    std::optional<SimilarRow> find(const Signature& signature) const;
    // False when there is no room: the row is not kept.
    bool add(const Signature& signature, int64_t row);
    std::size_t size() const { return m_rows.size(); }

private:
    static constexpr std::size_t kBands = kSignaturePlaces / sizeof(std::uint64_t);
    struct Row
    {
        Signature signature;
        int64_t number;
    };
    using Slots = std::vector<std::uint32_t>; // position in m_rows + 1, 0 = free

    std::size_t slotOf(const Slots& slots, std::size_t band, std::uint64_t key) const;
    void insert(std::size_t band, std::uint32_t position);
    void grow();

    double m_threshold;
    std::size_t m_mostRows;
    std::deque<Row> m_rows;
    std::array<Slots, kBands> m_bands; // a power of two each; the first row of a key only
};

} // namespace engine::data
