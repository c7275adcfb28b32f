// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What learning the length of a weight's rows apart from their direction adds to a layer's output.
// Source: Liu et al. 2024 (DoRA), section 4; peft (tuners/lora/dora.py).
#pragma once

#include <ATen/core/Tensor.h>

namespace engine::kernels {

using at::Tensor;

// (gain − 1) ⊙ base + gain ⊙ update: exactly 0 where gain is 1 and update 0.
//   base, update  [tokens, rows], of one type
//   gain          float32 [rows]
// Returns [tokens, rows] in that type. Gradients reach all three; saves base + update:
// elementSize · rows bytes per token.
Tensor rescaled(const Tensor& base, const Tensor& update, const Tensor& gain);

} // namespace engine::kernels
