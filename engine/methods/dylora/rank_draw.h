// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The rank that a step of DyLoRA trains. Depends on (seed, step) alone, so that a resumed run draws
// what the whole one would have.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace engine::methods::dylora {

inline constexpr const char* kUniform = "uniform";
inline constexpr const char* kGeometric = "geometric"; // p = 0.15, cut off at the largest rank

// 1…most for step `step` of a run with this seed. `distribution`: kUniform or kGeometric.
int64_t drawnRank(std::string_view distribution, int64_t most, uint64_t seed, int64_t step);

} // namespace engine::methods::dylora
