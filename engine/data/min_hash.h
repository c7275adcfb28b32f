// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// MinHash signatures of texts: two of them agree in about as many places as the texts share pieces
// (Broder 1997). Built in one pass by one-permutation hashing (Li, Owen, Zhang 2012) whose empty
// places borrow from others (Shrivastava 2017), a byte each (Li, König 2010).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace engine::data {

inline constexpr std::size_t kSignaturePlaces = 128;
using Signature = std::array<std::uint8_t, kSignaturePlaces>;

class MinHash
{
public:
    // The text goes on. Pieces are five characters in a row, after ASCII letters were made small
    // and every run of white space and punctuation one space; bytes that are not UTF-8 stand for
    // themselves. A text of fewer characters is one piece.
    void add(std::string_view text);
    // The signature of what was added, and begins anew. All zero for a text without a letter or
    // digit.
    Signature take();

private:
    void addCharacter(char32_t character);
    void addPiece(std::uint64_t hash);
    void restart();

    std::array<std::uint32_t, kSignaturePlaces> m_least{};
    std::array<bool, kSignaturePlaces> m_isFilled{};
    std::array<std::uint64_t, 8> m_recent{}; // the last characters, a ring
    std::uint64_t m_rolling = 0;             // polynomial of the last five
    std::uint64_t m_count = 0;               // characters
    bool m_isAfterSpace = false;             // a space is due before the next letter
};

// The share of pieces that two texts have in common (Jaccard), as their signatures tell it: 0…1,
// with a standard error of at most 0.045.
double similarity(const Signature& a, const Signature& b);

} // namespace engine::data
