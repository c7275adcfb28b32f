// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a training step holds on a GPU, in bytes, from the shapes alone: instead of trying until it
// no longer fits. Sums the saved sets that the headers of kernels/ state.
#pragma once

#include "engine/nn/blueprint.h"

#include <cstdint>

namespace engine::estimate {

struct MemoryPlan
{
    int64_t weightBytes = 0;  // the frozen model as it is held
    int64_t trainedBytes = 0; // values, gradients and both moments, float32
    int64_t tokenBytes = 0;   // saved for the backward per token of a micro-batch
    int64_t fixedBytes = 0;   // CUDA context, cuBLAS' workspaces, a chunk of logits

    int64_t bytesFor(int64_t tokens) const;
    // The largest micro-batch that fits; 0 when not even the model does.
    int64_t mostTokens(int64_t deviceBytes) const;
};

//   heldBytes     of one stored number of the model (2 for half types)
//   computeBytes  of one activation
//   trainable     numbers that are trained
MemoryPlan planMemory(const nn::Blueprint& blueprint,
                      int64_t heldBytes,
                      int64_t computeBytes,
                      int64_t trainable);

} // namespace engine::estimate
