// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/step_plan.h"

#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/device/memory.h"
#include "engine/kernels/registry.h"
#include "engine/methods/combination.h"

#include <algorithm>
#include <array>

namespace engine::worker {

namespace {

constexpr std::array<std::string_view, 3> kNames = {"none", "mlp", "block"};

// Of these ascending lengths, how many go into so many tokens.
int64_t mostTexts(const std::vector<int64_t>& lengths, int64_t tokens)
{
    int64_t count = 0;
    for (int64_t sum = 0; count < static_cast<int64_t>(lengths.size()); ++count) {
        sum += lengths[static_cast<std::size_t>(count)];
        if (sum > tokens) {
            break;
        }
    }
    return std::max<int64_t>(count, 1);
}

} // namespace

MicroBatchSize
microBatchSize(const contract::Job& job, std::vector<int64_t> lengths, int64_t maxLength)
{
    const contract::TrainingSection& training = job.training;
    const int64_t taken = methods::virtualTokensOf(job.method);
    std::sort(lengths.begin(), lengths.end());
    const int64_t longest = lengths.empty() ? 0 : lengths.back();
    if (training.batchTokens > 0) {
        const int64_t tokens = std::max(training.batchTokens, longest);
        return {tokens + taken * mostTexts(lengths, tokens), 1};
    }
    const int64_t each = job.data.packing ? maxLength + taken * mostTexts(lengths, maxLength)
                                          : std::min(longest, maxLength) + taken;
    // Cut between others, micro-batches grouped by length would be other micro-batches.
    const bool isGrouped = job.data.groupByLength && !job.data.packing;
    return {training.batchSize * each, isGrouped ? 1 : training.batchSize};
}

int64_t
microBatchesTogether(const contract::Job& job, const MicroBatchSize& size, int64_t tokenBytes)
{
    const contract::TrainingSection& training = job.training;
    if (training.batchTokens > 0 || job.data.groupByLength) {
        return 1;
    }
    const int64_t most = kTogetherBytes / std::max<int64_t>(size.tokens * tokenBytes, 1);
    int64_t together = std::clamp<int64_t>(most, 1, training.accumulate);
    while (training.accumulate % together != 0) {
        --together;
    }
    return together;
}

bool hasRoomFor(int64_t bytes)
{
    const auto left = static_cast<int64_t>(device::availableBytes());
    return left == 0 || bytes <= left / 10 * 9;
}

estimate::StepMemory fittingStep(const std::vector<nn::TrainableTensor>& tensors,
                                 const nn::Blueprint& blueprint,
                                 estimate::StepSettings& settings,
                                 int64_t beside)
{
    settings.keepsCopies = true;
    const estimate::StepMemory kept = estimate::stepMemory(tensors, blueprint, settings);
    if (hasRoomFor(kept.weights + kept.activations + kept.workspace + beside)) {
        return kept;
    }
    settings.keepsCopies = false;
    return estimate::stepMemory(tensors, blueprint, settings);
}

at::ScalarType computeDtype(const contract::Job& job, std::string_view device)
{
    const bool multipliesHalf = device != "cpu" || device::hasNativeBfloat16();
    return device::dtypeOf(job.training.computeDtype)
        .value_or(multipliesHalf ? at::kBFloat16 : at::kFloat);
}

at::ScalarType heldDtype(const contract::Job& job, at::ScalarType compute, at::ScalarType best)
{
    const at::ScalarType asked = device::dtypeOf(job.model.dtype).value_or(compute);
    return asked == compute ? best : asked;
}

estimate::StepChoice chooseForDevice(const estimate::MemoryPlan& plan,
                                     const MicroBatchSize& size,
                                     at::Device device,
                                     std::optional<nn::Recompute> wanted)
{
    const int64_t room = kernels::deviceKernels().freeBytes(device);
    if (const auto choice = estimate::chooseStep(plan, size.tokens, size.units, room, wanted)) {
        return *choice;
    }
    const nn::Recompute least = wanted.value_or(nn::Recompute::Block);
    const int64_t most = plan.mostTokens(room, least);
    const int64_t tokens = size.tokens / size.units;
    throw Failure(code::kOutOfMemory,
                  "a micro-batch of " + std::to_string(tokens) + " tokens needs "
                      + std::to_string(plan.bytesFor(tokens, least) >> 20) + " MiB, " + device.str()
                      + " has " + std::to_string(room >> 20) + " free",
                  most > 0 ? "Set data.max_length or training.batch_tokens to "
                                 + std::to_string(most) + " or less, and training.accumulate higher"
                           : "The model itself does not fit: take a smaller one, or --device cpu",
                  "training.batch_tokens");
}

std::string_view nameOf(nn::Recompute recompute)
{
    return kNames[static_cast<std::size_t>(recompute)];
}

std::optional<nn::Recompute> recomputeNamed(std::string_view name)
{
    const auto found = std::find(kNames.begin(), kNames.end(), name);
    return found == kNames.end()
               ? std::nullopt
               : std::optional(static_cast<nn::Recompute>(found - kNames.begin()));
}

} // namespace engine::worker
