// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/estimate.h"

#include "engine/device/failure.h"
#include "engine/kernels/adamw_8bit.h"
#include "engine/methods/combination.h"
#include "engine/methods/registry.h"

namespace engine::estimate {

namespace {

// Names, shapes and offsets of one tensor in a safetensors header, rounded up.
constexpr int64_t kHeaderBytesPerTensor = 160;
constexpr int64_t kBytesPerNumber = 4; // adapters and moments are float32
// Checkpoints of the best and the last step are never rotated away; one more is being written.
constexpr int64_t kExtraCheckpoints = 3;

int64_t momentBytesOf(const std::vector<nn::TrainableTensor>& tensors, std::string_view optimizer)
{
    int64_t bytes = 0;
    for (const nn::TrainableTensor& tensor : tensors) {
        bytes += optimizer == contract::kAdamw8bit ? kernels::momentBytes(tensor.numel())
                                                   : 2 * kBytesPerNumber * tensor.numel();
    }
    return bytes;
}

} // namespace

Estimate estimate(const contract::Job& job, const nn::Blueprint& blueprint)
{
    const std::vector<nn::TrainableTensor> tensors = methods::planOf(job.method, blueprint);
    Estimate result;
    result.targets = methods::targetsOf(job.method, blueprint);
    result.parts = partsOf(tensors, blueprint);
    result.virtualTokens = methods::virtualTokensOf(job.method);
    result.totalParameters = blueprint.parameters();
    for (const nn::TrainableTensor& tensor : tensors) {
        result.trainableParameters += tensor.numel();
    }
    const int64_t headers = kHeaderBytesPerTensor * static_cast<int64_t>(tensors.size());
    const int64_t values = result.trainableParameters * kBytesPerNumber;
    const int64_t beside = methods::savedBeside(job.method, blueprint) * kBytesPerNumber;
    const int64_t moments = momentBytesOf(tensors, job.training.optimizer);
    result.adapterBytes = values + beside + headers;
    result.checkpointBytes = values + moments + headers;
    result.momentBytes = moments;
    result.trainedBytes = 2 * values + moments;
    result.deviceBytes =
        2 * values + (job.training.optimizer == contract::kAdamw8bit ? 0 : moments);
    result.diskBytes = (job.training.keepCheckpoints + kExtraCheckpoints) * result.checkpointBytes
                       + 2 * result.adapterBytes;
    return result;
}

std::vector<Outlook> outlooks(const nn::Blueprint& blueprint)
{
    std::vector<Outlook> all;
    for (const methods::Method* method : methods::methods()) {
        Outlook outlook;
        outlook.method = method->id;
        try {
            const contract::Value settings =
                valueOrThrow(method->schema().complete(contract::Value::Object(), "method"));
            for (const nn::TrainableTensor& tensor : method->plan(settings, blueprint)) {
                outlook.trainableParameters += tensor.numel();
            }
        } catch (const Failure& failure) {
            outlook.refusal = failure.error().message;
        }
        all.push_back(std::move(outlook));
    }
    return all;
}

} // namespace engine::estimate
