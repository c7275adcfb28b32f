// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What keeps a continuation from repeating itself. Source: transformers' logits processors
// (RepetitionPenaltyLogitsProcessor, NoRepeatNGramLogitsProcessor).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace engine::generate {

// Divides what is positive by the penalty and multiplies what is negative, once for each token
// that was seen, however often.
template <typename Number>
void penaliseSeen(std::span<Number> scores, double penalty, std::span<const int64_t> seen);

// The tokens that would complete a sequence of `n` tokens that stands in `seen` already; n ≥ 1.
std::vector<int64_t> repeatingTokens(std::span<const int64_t> seen, int64_t n);

} // namespace engine::generate
