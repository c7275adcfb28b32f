// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/dylora/rank_draw.h"

#include "engine/device/seeds.h"

namespace engine::methods::dylora {

namespace {

constexpr double kSuccess = 0.15;

// The smallest b whose ranks 1…b have at least the share `u` of all.
int64_t geometricRank(int64_t most, double u)
{
    double left = 1; // (1 − p)^b
    for (int64_t b = 0; b < most; ++b) {
        left *= 1 - kSuccess;
    }
    const double sum = 1 - left;
    left = 1;
    for (int64_t b = 1; b < most; ++b) {
        left *= 1 - kSuccess;
        if (1 - left > u * sum) {
            return b;
        }
    }
    return most;
}

} // namespace

int64_t drawnRank(std::string_view distribution, int64_t most, uint64_t seed, int64_t step)
{
    device::RandomStream random(
        device::derivedSeed(seed, "dylora rank", static_cast<uint64_t>(step)));
    return distribution == kGeometric
               ? geometricRank(most, random.uniform())
               : 1 + static_cast<int64_t>(random.uniformInt(static_cast<uint64_t>(most)));
}

} // namespace engine::methods::dylora
