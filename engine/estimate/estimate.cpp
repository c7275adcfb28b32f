// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/estimate.h"

#include "engine/methods/combination.h"

namespace engine::estimate {

namespace {

// Names, shapes and offsets of one tensor in a safetensors header, rounded up.
constexpr int64_t kHeaderBytesPerTensor = 160;
constexpr int64_t kBytesPerNumber = 4; // adapters and moments are float32
// Checkpoints of the best and the last step are never rotated away; one more is being written.
constexpr int64_t kExtraCheckpoints = 3;

} // namespace

Estimate estimate(const contract::Job& job, const nn::Blueprint& blueprint)
{
    const std::vector<nn::TrainableTensor> tensors = methods::planOf(job.method, blueprint);
    Estimate result;
    result.targets = methods::targetsOf(job.method, blueprint);
    result.totalParameters = blueprint.parameters();
    for (const nn::TrainableTensor& tensor : tensors) {
        result.trainableParameters += tensor.numel();
    }
    const int64_t headers = kHeaderBytesPerTensor * static_cast<int64_t>(tensors.size());
    result.adapterBytes = result.trainableParameters * kBytesPerNumber + headers;
    result.checkpointBytes = 3 * result.trainableParameters * kBytesPerNumber + headers;
    result.diskBytes = (job.training.keepCheckpoints + kExtraCheckpoints) * result.checkpointBytes
                       + 2 * result.adapterBytes;
    return result;
}

} // namespace engine::estimate
