// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A checkpoint: state.json, and behind a NUL byte optimizer.safetensors. Its hashes are made right,
// so that everything behind them is reached: it is taken up, or refused in words.
#include "engine/device/sha256.h"
#include "engine/train/checkpoint.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr int64_t kStep = 1;
    const contract::RunFolder run(fuzz::Folder::path() / "run");
    const std::string home = "run/checkpoints/" + contract::checkpointName(kStep) + "/";
    nn::ParameterBuffer buffer({{"A", {2, 3}, 1, true}, {"B", {4}, 16, false}});
    train::Optimizer optimizer(buffer, contract::TrainingSection());
    const train::CheckpointStore store(run);

    std::string_view rest = fuzz::textOf(data, size);
    std::string state(fuzz::nextFile(rest));
    fuzz::fileOf(rest, home + std::string(contract::kCheckpointOptimizer));
    // The trained numbers are read by the same check as the optimizer's.
    fuzz::fileOf(rest, home + std::string(contract::kCheckpointAdapter));
    if (auto parsed = contract::parseJson(state); parsed && parsed.value().isObject()) {
        contract::Value value = std::move(parsed).value();
        contract::Value hashes = contract::Value::Object();
        for (const std::string_view file :
             {contract::kCheckpointAdapter, contract::kCheckpointOptimizer}) {
            hashes.set(file, device::sha256Hex(rest));
        }
        value.set("sha256", hashes);
        state = toJson(value);
    }
    fuzz::fileOf(state, home + std::string(contract::kCheckpointState));

    fuzz::orRefused([&] {
        const train::TrainState taken = store.load(kStep, buffer, optimizer);
        fuzz::require(taken.step >= 0 && taken.totalSteps >= 0 && taken.tokens >= 0,
                      "a negative count");
        fuzz::require(optimizer.steps() >= 0, "a negative number of updates");
        fuzz::require(!toJson(train::toValue(taken)).empty(), "a state that cannot be written");
    });
    fuzz::orRefused([&] {
        const auto memory = store.loadMemory(kStep, {{"M", at::Tensor(buffer.leaf(0).detach())}});
        fuzz::require(memory.size() == 1 && memory.front().value.numel() == 6, "another shape");
    });
    return 0;
}
