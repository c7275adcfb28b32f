// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How often each sample of a source is seen in an epoch.
#pragma once

#include <cstdint>
#include <vector>

namespace engine::data {

// Indices of `count` samples so that each is there `weight` times: all of them as often as the
// weight's whole part says, and of its fraction so many that are drawn from the seed. Ascending;
// at least one when there is a sample.
std::vector<int64_t> weightedIndices(int64_t count, double weight, uint64_t seed);

} // namespace engine::data
