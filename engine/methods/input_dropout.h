// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Dropout on the input of what a method adds, tracked by autograd.
#pragma once

#include "engine/nn/pass.h"

#include <string>

namespace engine::methods {

// M ⊙ x in a training pass, x itself in others or where `probability` is 0. The mask derives from
// the pass's seed and `name`.
at::Tensor
dropped(const at::Tensor& x, double probability, const std::string& name, const nn::Pass& pass);

} // namespace engine::methods
