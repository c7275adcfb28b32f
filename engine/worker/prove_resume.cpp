// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/prove_resume.h"

#include "engine/contract/metrics_row.h"
#include "engine/contract/run_folder.h"
#include "engine/device/child_process.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/device/sha256.h"

#include <chrono>
#include <limits>
#include <thread>

namespace engine::worker {

namespace fs = std::filesystem;

namespace {

constexpr int64_t kSteps = 20;

// The columns that exact resume promises: everything but times and memory.
std::string exactColumns(const contract::RunFolder& run)
{
    const std::string text = device::readFile(run.metrics(), std::numeric_limits<uint64_t>::max());
    std::string columns;
    for (std::size_t begin = text.find('\n') + 1; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        contract::MetricsRow row =
            valueOrThrow(contract::parseMetrics(std::string_view(text).substr(begin, end - begin)));
        row.step.seconds = 0;
        row.step.tokensPerSecond = 0;
        row.step.memoryBytes = 0;
        columns += contract::formatMetrics(row) + "\n";
        begin = end + 1;
    }
    return columns;
}

// Of runs without nested ranks an empty text.
std::string rankMetrics(const contract::RunFolder& run)
{
    return fs::exists(run.rankMetrics())
               ? device::readFile(run.rankMetrics(), std::numeric_limits<uint64_t>::max())
               : std::string();
}

void runToEnd(const std::vector<std::string>& arguments, const fs::path& log)
{
    device::ChildProcess child(device::ownProgram(), arguments, log);
    const int exitCode = child.wait();
    if (exitCode != 0) {
        throw Failure(code::kVerificationFailed,
                      "a run of the proof ended with exit code " + std::to_string(exitCode),
                      "See its output",
                      log.string());
    }
}

} // namespace

ResumeProof proveResume(const contract::Job& job, const fs::path& scratch)
{
    contract::Job shortened = job;
    shortened.training.maxSteps =
        job.training.maxSteps > 0 ? std::min(kSteps, job.training.maxSteps) : kSteps;
    shortened.training.saveEvery = std::max<int64_t>(shortened.training.maxSteps / 2, 1);
    const fs::path jobFile = scratch / "job.json";
    device::writeFileAtomically(jobFile, toJson(contract::toValue(shortened), 2) + "\n");

    const contract::RunFolder whole(scratch / "whole");
    const contract::RunFolder halved(scratch / "halved");
    const fs::path log = scratch / "proof.log";
    runToEnd({"train", jobFile.string(), "--out", whole.root().string()}, log);
    {
        device::ChildProcess child(device::ownProgram(),
                                   {"train", jobFile.string(), "--out", halved.root().string()},
                                   log);
        while (child.isRunning() && !halved.latestCheckpoint()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        child.kill();
        child.wait();
    }
    runToEnd({"resume", halved.root().string()}, log);

    const std::string file = "adapter_model.safetensors";
    if (device::sha256File(whole.lastAdapter() / file)
        != device::sha256File(halved.lastAdapter() / file)) {
        return {false, "the adapters differ"};
    }
    if (exactColumns(whole) != exactColumns(halved) || rankMetrics(whole) != rankMetrics(halved)) {
        return {false, "the losses differ"};
    }
    return {true,
            std::to_string(shortened.training.maxSteps)
                + " steps at one go and killed half-way: adapter and metrics are the same, bit for "
                  "bit"};
}

} // namespace engine::worker
