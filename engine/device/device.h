// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The devices of this machine for the catalogue, and the one place that sets threads and
// determinism.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace engine::device {

struct DeviceFacts
{
    std::string id;   // "cpu"
    std::string name; // "Intel(R) Xeon(R) Processor"
    std::uint64_t memoryBytes = 0;
    std::vector<std::string> dtypes; // what it computes in: "float32"…
};

std::vector<DeviceFacts> describeDevices();

// Threads for all that follows, 0 = all physical cores; returns the number in use. Also makes torch
// deterministic: same input, same threads → same bits. Call once, before the first tensor.
// kBadArgument outside 0…1024.
int useThreads(int count);

// Takes that promise back, or gives it again. Without it a GPU may add gradients up in any order,
// which is faster, of attention above all.
void beDeterministic(bool isWanted);

} // namespace engine::device
