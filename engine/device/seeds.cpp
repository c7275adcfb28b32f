// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/seeds.h"

#include "engine/device/sha256.h"

#include <cassert>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace engine::device {

namespace {

constexpr int kPhiloxRounds = 10;
constexpr std::uint64_t kPhiloxM0 = 0xD2511F53;
constexpr std::uint64_t kPhiloxM1 = 0xCD9E8D57;
constexpr std::uint32_t kPhiloxW0 = 0x9E3779B9;
constexpr std::uint32_t kPhiloxW1 = 0xBB67AE85;

std::uint32_t low(std::uint64_t value)
{
    return static_cast<std::uint32_t>(value);
}

std::uint32_t high(std::uint64_t value)
{
    return static_cast<std::uint32_t>(value >> 32);
}

std::array<std::uint8_t, 8> littleEndian(std::uint64_t value)
{
    std::array<std::uint8_t, 8> bytes = {};
    for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(value);
        value >>= 8;
    }
    return bytes;
}

} // namespace

std::uint64_t derivedSeed(std::uint64_t seed, std::string_view purpose, std::uint64_t index)
{
    Sha256 hash;
    hash.update("lora-studio seed 1");
    hash.update(littleEndian(seed).data(), 8);
    hash.update(littleEndian(index).data(), 8);
    hash.update(purpose);
    const Sha256::Digest digest = hash.digest();
    std::uint64_t result = 0;
    for (int i = 7; i >= 0; --i) {
        result = result << 8 | digest[static_cast<std::size_t>(i)];
    }
    return result;
}

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key)
{
    for (int round = 0; round < kPhiloxRounds; ++round) {
        const std::uint64_t product0 = kPhiloxM0 * counter[0];
        const std::uint64_t product1 = kPhiloxM1 * counter[2];
        counter = {high(product1) ^ counter[1] ^ key[0],
                   low(product1),
                   high(product0) ^ counter[3] ^ key[1],
                   low(product0)};
        key[0] += kPhiloxW0;
        key[1] += kPhiloxW1;
    }
    return counter;
}

std::uint64_t RandomStream::word()
{
    const bool isSecondHalf = m_position % 2 == 1;
    if (!isSecondHalf || !m_blockIsCurrent) {
        const std::uint64_t block = m_position / 2;
        m_block = philox({low(block), high(block), 0, 0}, {low(m_seed), high(m_seed)});
        m_blockIsCurrent = true;
    }
    ++m_position;
    const std::size_t first = isSecondHalf ? 2 : 0;
    return static_cast<std::uint64_t>(m_block[first + 1]) << 32 | m_block[first];
}

double RandomStream::uniform()
{
    return static_cast<double>(word() >> 11) * 0x1p-53;
}

std::uint64_t RandomStream::uniformInt(std::uint64_t bound)
{
    assert(bound > 0);
    // The lowest 2^64 mod bound words would make small results likelier: draw again.
    const std::uint64_t firstFair = (0 - bound) % bound;
    std::uint64_t drawn = word();
    while (drawn < firstFair) {
        drawn = word();
    }
    return drawn % bound;
}

double RandomStream::normal()
{
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::vector<std::int64_t> shuffledIndices(std::int64_t count, std::uint64_t seed)
{
    std::vector<std::int64_t> indices(static_cast<std::size_t>(count));
    std::iota(indices.begin(), indices.end(), 0);
    RandomStream random(seed);
    for (std::size_t remaining = indices.size(); remaining > 1; --remaining) {
        std::swap(indices[remaining - 1], indices[random.uniformInt(remaining)]);
    }
    return indices;
}

} // namespace engine::device
