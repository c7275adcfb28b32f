// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/min_hash.h"

#include <algorithm>

namespace engine::data {

namespace {

constexpr std::uint64_t kPieceLength = 5;
constexpr std::uint64_t kBase = 0x9E3779B97F4A7C15; // odd: the polynomial is over 2^64

constexpr std::uint64_t power(std::uint64_t base, std::uint64_t exponent)
{
    std::uint64_t result = 1;
    for (std::uint64_t i = 0; i < exponent; ++i) {
        result *= base;
    }
    return result;
}

// MurmurHash3's finaliser: every bit of the result depends on every bit of the number.
constexpr std::uint64_t mixed(std::uint64_t number)
{
    number = (number ^ (number >> 33)) * 0xFF51AFD7ED558CCD;
    number = (number ^ (number >> 33)) * 0xC4CEB9FE1A85EC53;
    return number ^ (number >> 33);
}

bool isSpace(char32_t c)
{
    if (c < 0x80) {
        const bool isLetter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        return !isLetter && !(c >= '0' && c <= '9');
    }
    return c == 0xA0 || (c >= 0x2000 && c <= 0x206F) || (c >= 0x3000 && c <= 0x303F);
}

// The character at the front of `text`, which is cut off.
char32_t takeCharacter(std::string_view& text)
{
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = at(0);
    const std::size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    char32_t character = first;
    if (length > 1 && length <= text.size()) {
        character &= 0x7FU >> length;
        for (std::size_t i = 1; i < length; ++i) {
            character = (character << 6) | (at(i) & 0x3FU);
        }
        text.remove_prefix(length);
    } else {
        text.remove_prefix(1);
    }
    return character;
}

} // namespace

void MinHash::add(std::string_view text)
{
    while (!text.empty()) {
        const char32_t character = takeCharacter(text);
        if (isSpace(character)) {
            m_isAfterSpace = true;
            continue;
        }
        if (m_isAfterSpace && m_count > 0) {
            addCharacter(' ');
        }
        m_isAfterSpace = false;
        const bool isCapital = character >= 'A' && character <= 'Z';
        addCharacter(isCapital ? character | 0x20 : character);
    }
}

void MinHash::addCharacter(char32_t character)
{
    constexpr std::uint64_t kOldest = power(kBase, kPieceLength);
    const std::uint64_t value = character + 1;
    m_rolling = m_rolling * kBase + value;
    if (m_count >= kPieceLength) {
        m_rolling -= kOldest * m_recent[(m_count - kPieceLength) % m_recent.size()];
    }
    m_recent[m_count % m_recent.size()] = value;
    ++m_count;
    if (m_count >= kPieceLength) {
        addPiece(mixed(m_rolling));
    }
}

void MinHash::addPiece(std::uint64_t hash)
{
    const std::size_t place = hash >> 57;
    const auto value = static_cast<std::uint32_t>(hash);
    m_least[place] = m_isFilled[place] ? std::min(m_least[place], value) : value;
    m_isFilled[place] = true;
}

Signature MinHash::take()
{
    static_assert(kSignaturePlaces == std::size_t{1} << (64 - 57));
    Signature signature = {};
    if (m_count > 0 && m_count < kPieceLength) {
        addPiece(mixed(m_rolling));
    }
    if (m_count > 0) {
        for (std::size_t place = 0; place < kSignaturePlaces; ++place) {
            std::size_t from = place;
            for (std::uint64_t attempt = 1; !m_isFilled[from]; ++attempt) {
                from = mixed((place << 32) + attempt) % kSignaturePlaces;
            }
            signature[place] = static_cast<std::uint8_t>(m_least[from]);
        }
    }
    restart();
    return signature;
}

void MinHash::restart()
{
    *this = MinHash();
}

double similarity(const Signature& a, const Signature& b)
{
    std::size_t same = 0;
    for (std::size_t place = 0; place < kSignaturePlaces; ++place) {
        same += a[place] == b[place] ? 1 : 0;
    }
    // Bytes agree by chance once in 256.
    const double share = static_cast<double>(same) / static_cast<double>(kSignaturePlaces);
    return std::max(0.0, (share - 1.0 / 256) / (1 - 1.0 / 256));
}

} // namespace engine::data
