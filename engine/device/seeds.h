// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// All randomness of a run: seeds derived from (seed, purpose, index) and a counter-based stream
// whose values are the same everywhere and for ever. Never the standard library's distributions,
// whose results are not fixed. Tested against golden values: changing any of this breaks resume and
// fingerprints of existing runs.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace engine::device {

// First 8 bytes, little endian, of SHA-256("lora-studio seed 1" ‖ seed ‖ index ‖ purpose), integers
// as 8 bytes little endian.
//   purpose  what the numbers are for: "shuffle", "dropout", "init model.layers.0.q"
//   index    step, epoch or layer
std::uint64_t derivedSeed(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

// One block of Philox4x32-10. Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1,
// 2, 3".
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key);

// Numbers from Philox with the seed as key. Its whole state is (seed, position), so a stream can be
// saved and continued.
class RandomStream
{
public:
    explicit RandomStream(std::uint64_t seed, std::uint64_t position = 0)
        : m_seed(seed), m_position(position)
    {
    }

    // Words drawn so far.
    std::uint64_t position() const { return m_position; }

    // 64 random bits: word `position` of the stream.
    std::uint64_t word();
    // [0, 1), 53 random bits.
    double uniform();
    // 0…bound-1, unbiased; bound ≥ 1.
    std::uint64_t uniformInt(std::uint64_t bound);
    // Mean 0, variance 1 (Box and Muller); draws two words.
    double normal();

private:
    std::uint64_t m_seed;
    std::uint64_t m_position;
    std::array<std::uint32_t, 4> m_block = {};
    bool m_blockIsCurrent = false;
};

// 0…count-1 in an order drawn from the seed (Fisher and Yates).
std::vector<std::int64_t> shuffledIndices(std::int64_t count, std::uint64_t seed);

} // namespace engine::device
