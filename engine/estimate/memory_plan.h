// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a training step holds on a GPU, in bytes, from the shapes alone, and how to compute it
// there: decided before the start instead of by trial. Sums the saved sets that the headers of
// kernels/ state.
#pragma once

#include "engine/estimate/weight_bytes.h"
#include "engine/nn/blueprint.h"
#include "engine/nn/pass.h"

#include <array>
#include <cstdint>
#include <optional>

namespace engine::estimate {

struct MemoryPlan
{
    int64_t weightBytes = 0;  // the frozen model as it is held
    int64_t trainedBytes = 0; // what is trained: values, gradients, moments that lie there
    // CUDA context, cuBLAS' workspaces, a chunk of logits, weights that are unpacked for a product
    int64_t fixedBytes = 0;
    // Kept for the backward per token of a micro-batch, by nn::Recompute.
    std::array<int64_t, 3> tokenBytes = {};
    // Products of a token's forward and backward with frozen weights, in weights: what is computed
    // twice comes on top.
    std::array<int64_t, 3> tokenProducts = {};

    int64_t bytesFor(int64_t tokens, nn::Recompute recompute = nn::Recompute::None) const;
    // The largest micro-batch that fits; 0 when not even the model does.
    int64_t mostTokens(int64_t deviceBytes, nn::Recompute recompute = nn::Recompute::None) const;
};

//   held          the model's own form
//   computeBytes  of one activation
//   trainedBytes  of what is trained, on the device (Estimate::deviceBytes)
//   attentionBytes  that attention takes for a while (kernels::DeviceKernels::attentionBytes)
MemoryPlan planMemory(const nn::Blueprint& blueprint,
                      const HeldWeights& held,
                      int64_t computeBytes,
                      int64_t trainedBytes,
                      int64_t attentionBytes = 0);

// How to compute a micro-batch that is asked for.
struct StepChoice
{
    nn::Recompute recompute = nn::Recompute::None;
    int64_t parts = 1; // micro-batches it is cut into: the same step, accumulated
};

//   tokens       of the micro-batch as it is asked for
//   units        samples or packs it is made of: `parts` divides them, or 1 where it cannot be cut
//   deviceBytes  free on the device before the model is there
//   wanted       the only policy to take
// The fastest that fits: recomputation costs its products, and each part as much as kPartTokens
// more tokens (weights read again, small products). Nothing where nothing fits.
inline constexpr int64_t kPartTokens = 256;
std::optional<StepChoice> chooseStep(const MemoryPlan& plan,
                                     int64_t tokens,
                                     int64_t units,
                                     int64_t deviceBytes,
                                     std::optional<nn::Recompute> wanted = std::nullopt);

} // namespace engine::estimate
