// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Checkpoint folders: adapter.safetensors, optimizer.safetensors, state.json; written aside,
// synced, renamed, so that a folder with its final name is always whole. docs/formats.md describes
// them.
#pragma once

#include "engine/contract/run_folder.h"
#include "engine/methods/adapter_state.h"
#include "engine/nn/parameter_buffer.h"
#include "engine/train/optimizer.h"
#include "engine/train/train_state.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace engine::train {

class CheckpointStore
{
public:
    explicit CheckpointStore(contract::RunFolder run) : m_run(std::move(run)) {}

    // Throws Failure(disk_full) when the disk would be left with less than `minFreeBytes`.
    std::filesystem::path save(nn::ParameterBuffer& buffer,
                               Optimizer& optimizer,
                               const TrainState& state,
                               uint64_t minFreeBytes,
                               const std::vector<methods::ReplacedParameter>& memory = {}) const;

    // Steps of the whole checkpoints, ascending.
    std::vector<int64_t> steps() const;

    // Fills buffer and optimizer. Throws Failure(bad_file, newer_format, incompatible) naming file
    // and tensor.
    TrainState load(int64_t step, nn::ParameterBuffer& buffer, Optimizer& optimizer) const;
    // What was given as `memory`, under the names and with the shapes of `wanted`.
    std::vector<methods::ReplacedParameter>
    loadMemory(int64_t step, const std::vector<methods::ReplacedParameter>& wanted) const;
    // Only the trained numbers.
    void loadParameters(int64_t step, nn::ParameterBuffer& buffer) const;

    // Removes all but the newest `keep`, `best` and the newest of all; what a killed run left half
    // written too. Files with other names stay.
    void rotate(int64_t keep, int64_t best) const;

private:
    contract::RunFolder m_run;
};

} // namespace engine::train
