// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How a job's steps are computed; on a GPU decided from its memory before anything is uploaded.
#pragma once

#include "engine/contract/job.h"
#include "engine/estimate/memory_plan.h"
#include "engine/estimate/step_memory.h"

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <optional>
#include <string_view>
#include <vector>

namespace engine::worker {

// A micro-batch as the job asks for it.
struct MicroBatchSize
{
    int64_t tokens = 0; // at most
    int64_t units = 1;  // samples or packs it can be cut between
};

//   lengths    tokens of the samples
//   maxLength  of a text; virtual tokens come on top, once for every text of a pack
MicroBatchSize
microBatchSize(const contract::Job& job, std::vector<int64_t> lengths, int64_t maxLength);

// How many micro-batches of training.accumulate the processor computes as one: the most that keep
// kTogetherBytes for the backward, in equal parts of a step, which stays the same. Small models
// lose up to a quarter of their speed where threads meet for every few tokens. 1 where
// micro-batches are made by tokens or length: others would meet.
//   tokenBytes  kept per token (MemoryPlan::tokenBytes)
inline constexpr int64_t kTogetherBytes = int64_t{64} << 20;
int64_t
microBatchesTogether(const contract::Job& job, const MicroBatchSize& size, int64_t tokenBytes);

// Whether so much more fits into nine tenths of the memory that is left; true where that cannot be
// known.
bool hasRoomFor(int64_t bytes);

// The step on the processor, whose dense weights stay packed only where all of it has room:
// settings.keepsCopies says so.
//   beside  bytes of what is trained, and of the program
estimate::StepMemory fittingStep(const std::vector<nn::TrainableTensor>& tensors,
                                 const nn::Blueprint& blueprint,
                                 estimate::StepSettings& settings,
                                 int64_t beside);

// What the job computes in on that device ("cpu", "cuda:0"); `auto` is bfloat16 where it is
// multiplied natively, else float32.
at::ScalarType computeDtype(const contract::Job& job, std::string_view device);

// What the job holds the weights in: `best` for computing in `compute` (models::heldDtype), unless
// it asks for a type that is not the computing one.
at::ScalarType heldDtype(const contract::Job& job, at::ScalarType compute, at::ScalarType best);

// estimate::chooseStep with what is free on the device now. Throws Failure(out_of_memory) with the
// size that would fit.
estimate::StepChoice chooseForDevice(const estimate::MemoryPlan& plan,
                                     const MicroBatchSize& size,
                                     at::Device device,
                                     std::optional<nn::Recompute> wanted = std::nullopt);

// "none", "mlp", "block"; anything else is no policy.
std::string_view nameOf(nn::Recompute recompute);
std::optional<nn::Recompute> recomputeNamed(std::string_view name);

} // namespace engine::worker
