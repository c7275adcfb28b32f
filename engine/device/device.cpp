// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/device.h"

#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/device/memory.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

namespace engine::device {

namespace {

constexpr int kMaxThreads = 1024;

} // namespace

std::vector<DeviceFacts> describeDevices()
{
    const auto dtypes = computeDtypeNames();
    return {{"cpu", processorName(), totalBytes(), {dtypes.begin(), dtypes.end()}}};
}

int useThreads(int count)
{
    if (count < 0 || count > kMaxThreads) {
        throw Failure(code::kBadArgument,
                      "threads: expected 0…" + std::to_string(kMaxThreads) + ", got "
                          + std::to_string(count),
                      "0 uses all physical cores",
                      "threads");
    }
    const int threads = count == 0 ? physicalCores() : count;
    at::set_num_threads(threads);
    beDeterministic(true);
    // Filling every fresh tensor with NaN would cost a pass over memory and hide nothing here.
    at::globalContext().setDeterministicFillUninitializedMemory(false);
    at::globalContext().setDeterministicMkldnn(true);
    return threads;
}

void beDeterministic(bool isWanted)
{
    at::globalContext().setDeterministicAlgorithms(isWanted, /*warn_only=*/false);
}

} // namespace engine::device
