// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The start `loftq` of low-rank updates on a packed base. Compute thread only. Sources: Li et al.
// 2023 (LoftQ), section 3, with one alternation; peft (utils/loftq_utils.py,
// replace_lora_weights_loftq), which leaves the packed base as it is, too.
#pragma once

#include "engine/methods/adapter_state.h"
#include "engine/nn/decoder.h"

#include <functional>

namespace engine::methods {

// The weight [out, in] that a packed module was made from: a float32 copy on the processor. Asked
// for one module after the other.
using OriginalWeights = std::function<at::Tensor(const nn::ModuleSpec& module)>;

// Every update of a packed module becomes the best approximation of its rank of W − Q on its rows:
// W the original weight, Q what the packed one stands for, scale · B A ≈ W − Q, so that the model
// begins nearer to the original one. PEFT leaves the scale out, so that its start is right for
// alpha = rank alone. With a magnitude (DoRA) it becomes the lengths of the rows of Q + scale · B
// A. Updates of modules that are held dense stay as they are: nothing was taken away there.
//   state  of a tuning that is attached to `decoder`; its tensors are written to
//   seed   of the run
// Memory: the original weight of one module, in float32, its packed form made dense, and what an
// SVD of it takes.
void startFromPackingLoss(AdapterState& state,
                          nn::Decoder& decoder,
                          const OriginalWeights& originals,
                          uint64_t seed);

} // namespace engine::methods
