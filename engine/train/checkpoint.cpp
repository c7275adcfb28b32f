// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/checkpoint.h"

#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/device/pending_folder.h"
#include "engine/device/sha256.h"
#include "engine/tensors/safetensors_file.h"
#include "engine/tensors/safetensors_writer.h"

#include <ATen/ops/tensor.h>

#include <set>

namespace engine::train {

namespace fs = std::filesystem;

namespace {

std::vector<std::pair<std::string, at::Tensor>> namedParameters(const nn::ParameterBuffer& buffer)
{
    std::vector<std::pair<std::string, at::Tensor>> named;
    for (std::size_t i = 0; i < buffer.size(); ++i) {
        named.emplace_back(buffer.tensors()[i].name, buffer.leaf(i).detach().cpu());
    }
    return named;
}

// The stored tensor, checked to have that type and shape.
at::Tensor require(const tensors::SafetensorsFile& file,
                   const std::string& name,
                   at::IntArrayRef shape,
                   std::string_view dtype = "F32")
{
    const bridge::TensorEntry* entry = file.find(name);
    if (entry == nullptr || entry->dtype != dtype || at::IntArrayRef(entry->shape) != shape) {
        const std::string problem = entry == nullptr ? "lacks " : "has another shape of ";
        throw Failure(code::kIncompatible,
                      "the checkpoint " + problem + name,
                      "Resume with the job it was written by",
                      file.path().string());
    }
    return file.tensor(*entry);
}

// How often the optimizer had stepped.
int64_t stepsIn(const tensors::SafetensorsFile& file)
{
    const bridge::TensorEntry* steps = file.find("steps");
    const bool isOne =
        steps != nullptr && steps->dtype == "I64" && steps->shape == std::vector<int64_t>{1};
    const int64_t count = isOne ? file.tensor(*steps).item<int64_t>() : -1;
    if (count < 0) {
        throw Failure(code::kBadFile,
                      std::string("the checkpoint ")
                          + (isOne ? "counts less than no step" : "lacks its step count"),
                      "Remove this checkpoint; the one before it is used then",
                      file.path().string());
    }
    return count;
}

std::string memoryName(const methods::ReplacedParameter& memory)
{
    return "memory." + memory.name;
}

// The bytes of a checkpoint's tensor files, so that damage inside a tensor is noticed.
contract::Value hashesOf(const fs::path& folder)
{
    contract::Value hashes = contract::Value::Object();
    for (const std::string_view file :
         {contract::kCheckpointAdapter, contract::kCheckpointOptimizer}) {
        hashes.set(file, device::sha256File(folder / file));
    }
    return hashes;
}

} // namespace

fs::path CheckpointStore::save(nn::ParameterBuffer& buffer,
                               Optimizer& optimizer,
                               const TrainState& state,
                               uint64_t minFreeBytes,
                               const std::vector<methods::ReplacedParameter>& memory) const
{
    std::vector<std::pair<std::string, at::Tensor>> moments;
    for (const auto& [name, state] : optimizer.stored()) {
        moments.emplace_back(name, state.cpu());
    }
    moments.emplace_back("steps", at::tensor({optimizer.steps()}, at::kLong));
    for (const methods::ReplacedParameter& remembered : memory) {
        moments.emplace_back(memoryName(remembered), remembered.value);
    }
    uint64_t bytes = static_cast<uint64_t>(buffer.numbers()) * sizeof(float);
    for (const auto& [name, state] : moments) {
        bytes += state.nbytes();
    }
    device::requireFreeSpace(
        m_run.checkpoints(),
        bytes + minFreeBytes,
        "the checkpoint and the reserve of training.watchdog.min_free_disk_mb");

    const fs::path target = m_run.checkpoint(state.step);
    device::PendingFolder pending(target);
    tensors::saveTensors(pending.path() / contract::kCheckpointAdapter, namedParameters(buffer));
    tensors::saveTensors(pending.path() / contract::kCheckpointOptimizer, moments);
    contract::Value value = toValue(state);
    value.set("sha256", hashesOf(pending.path()));
    device::writeFileAtomically(pending.path() / contract::kCheckpointState,
                                toJson(value, 2) + "\n");
    pending.commitReplacing();
    return target;
}

std::vector<int64_t> CheckpointStore::steps() const
{
    std::vector<int64_t> steps;
    for (const contract::CheckpointFolder& checkpoint : m_run.wholeCheckpoints()) {
        steps.push_back(checkpoint.step);
    }
    return steps;
}

TrainState
CheckpointStore::load(int64_t step, nn::ParameterBuffer& buffer, Optimizer& optimizer) const
{
    const fs::path folder = m_run.checkpoint(step);
    const std::string text = device::readFile(folder / contract::kCheckpointState);
    const contract::Value value = valueOrThrow(contract::parseJson(text));
    const TrainState state = valueOrThrow(parseTrainState(value));
    if (value["sha256"] != hashesOf(folder)) {
        throw Failure(code::kBadFile,
                      "the checkpoint was changed or damaged since it was written",
                      "Remove this checkpoint; the one before it is used then",
                      folder.string());
    }
    loadParameters(step, buffer);
    const auto file = tensors::SafetensorsFile::open(folder / contract::kCheckpointOptimizer);
    const int64_t updates = stepsIn(file);
    for (const auto& [name, moments] : optimizer.stored()) {
        const std::string_view dtype = moments.scalar_type() == at::kByte ? "U8" : "F32";
        moments.copy_(require(file, name, moments.sizes(), dtype));
    }
    optimizer.restoreSteps(updates);
    return state;
}

std::vector<methods::ReplacedParameter>
CheckpointStore::loadMemory(int64_t step,
                            const std::vector<methods::ReplacedParameter>& wanted) const
{
    std::vector<methods::ReplacedParameter> memory;
    if (wanted.empty()) {
        return memory;
    }
    const auto file =
        tensors::SafetensorsFile::open(m_run.checkpoint(step) / contract::kCheckpointOptimizer);
    for (const methods::ReplacedParameter& remembered : wanted) {
        memory.push_back({remembered.name,
                          require(file, memoryName(remembered), remembered.value.sizes()).clone()});
    }
    return memory;
}

void CheckpointStore::loadParameters(int64_t step, nn::ParameterBuffer& buffer) const
{
    const auto file =
        tensors::SafetensorsFile::open(m_run.checkpoint(step) / contract::kCheckpointAdapter);
    for (std::size_t i = 0; i < buffer.size(); ++i) {
        const nn::TrainableTensor& tensor = buffer.tensors()[i];
        buffer.leaf(i).detach().copy_(require(file, tensor.name, tensor.shape));
    }
}

void CheckpointStore::rotate(int64_t keep, int64_t best) const
{
    const std::vector<int64_t> all = steps();
    const auto newest = static_cast<std::size_t>(std::max<int64_t>(keep, 1));
    std::set<std::string> kept;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i + newest >= all.size() || all[i] == best) {
            kept.insert(contract::checkpointName(all[i]));
        }
    }
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(m_run.checkpoints(), error)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(contract::kCheckpointPrefix) && !kept.contains(name)) {
            fs::remove_all(entry.path(), error);
        }
    }
}

} // namespace engine::train
