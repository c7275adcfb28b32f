// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What is trained in a run of blocks, and how each gradient comes out of the threads' sums.
#pragma once

#include "engine/nn/stack_plan.h"

#include <functional>
#include <span>

namespace engine::nn {

// Those of every thread, in their order: bit-reproducible.
using ThreadSums = std::span<const float* const>;

struct TrainedTensor
{
    at::Tensor tensor;
    // Writes its gradient, float32 [numel]. On any thread, while the plan is there. Empty of a
    // layer's weight, whose gradient is no sum of threads (stack_weights.h).
    std::function<void(ThreadSums sums, float* gradient)> gradient;
};

// Of every block its given keys and values, the weights and biases of its norms, then of every
// product the updates' a and b, with the lengths they set, or their scales where these are trained,
// the layers' weights, biases and factors, and at last the modules at its sites.
std::vector<TrainedTensor> trainedTensors(const StackPlan& plan);

} // namespace engine::nn
