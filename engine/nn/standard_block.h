// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which blocks packed kernels compute whole (block_stack.h says what they know), and what of a
// block they multiply with.
#pragma once

#include "engine/nn/block.h"
#include "engine/nn/stack_plan.h"

#include <array>
#include <vector>

namespace engine::nn {

inline constexpr std::array kSites = {Site::AttentionOutput, Site::MlpOutput};

// The layers of each product, in the order of their features.
std::array<std::vector<const Linear*>, kProducts> productsOf(const Block& block);

//   longest  tokens of the longest sequence
bool isStandardBlock(const Block& block, const Pass& pass, int64_t longest);

// Whether anything of a standard block is trained.
bool isTrainedBlock(const Block& block, const Pass& pass, int64_t layer);

} // namespace engine::nn
