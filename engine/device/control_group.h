// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Limits that control groups (versions 1 and 2) put on this process: the machine's own numbers
// mislead in a container.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace engine::device {

struct MemoryLimit
{
    std::uint64_t bytes;
    std::uint64_t usedBytes; // without page cache that can be dropped
};

// Where to look; another root serves tests.
struct ControlGroupFiles
{
    std::filesystem::path membership = "/proc/self/cgroup";
    std::filesystem::path root = "/sys/fs/cgroup";
};

// Every limit on the way from this process's group to the root; empty when there is none.
std::vector<MemoryLimit> memoryLimits(const ControlGroupFiles& files = {});

// Processors' worth of time per wall-clock time; nothing without a quota.
std::optional<double> processorQuota(const ControlGroupFiles& files = {});

} // namespace engine::device
