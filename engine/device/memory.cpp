// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/memory.h"

#include "engine/device/control_group.h"

#include <algorithm>
#include <fstream>
#include <malloc.h>
#include <sched.h>
#include <set>
#include <sstream>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace engine::device {

namespace {

// The number after `key` in a file of "key: 123 kB" lines, in bytes.
std::uint64_t kilobytesField(const char* file, std::string_view key)
{
    std::ifstream input(file);
    for (std::string line; std::getline(input, line);) {
        if (line.starts_with(key)) {
            std::uint64_t kilobytes = 0;
            std::istringstream(line.substr(key.size())) >> kilobytes;
            return kilobytes * 1024;
        }
    }
    return 0;
}

int numberIn(const std::string& file, int fallback)
{
    std::ifstream input(file);
    int number = 0;
    return input >> number ? number : fallback;
}

} // namespace

std::uint64_t residentBytes()
{
    // Asked every step: to read status takes twice as long.
    std::ifstream input("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    input >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t peakResidentBytes()
{
    return kilobytesField("/proc/self/status", "VmHWM:");
}

void trimHeap()
{
    ::malloc_trim(0);
}

std::uint64_t availableBytes()
{
    std::uint64_t available = kilobytesField("/proc/meminfo", "MemAvailable:");
    for (const MemoryLimit& limit : memoryLimits()) {
        available = std::min(available, limit.bytes - std::min(limit.bytes, limit.usedBytes));
    }
    return available;
}

std::uint64_t totalBytes()
{
    std::uint64_t total = kilobytesField("/proc/meminfo", "MemTotal:");
    for (const MemoryLimit& limit : memoryLimits()) {
        total = std::min(total, limit.bytes);
    }
    return total;
}

int physicalCores()
{
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        return 1;
    }
    std::set<std::pair<int, int>> cores; // (package, core)
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(static_cast<unsigned>(cpu), &allowed)) {
            const std::string topology =
                "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
            cores.emplace(numberIn(topology + "physical_package_id", 0),
                          numberIn(topology + "core_id", cpu));
        }
    }
    int count = std::max(1, static_cast<int>(cores.size()));
    if (const auto quota = processorQuota()) {
        count = std::min(count, std::max(1, static_cast<int>(*quota + 0.5)));
    }
    return count;
}

std::string processorName()
{
    std::ifstream input("/proc/cpuinfo");
    for (std::string line; std::getline(input, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) {
            return line.substr(colon + 2);
        }
    }
    return "unknown processor";
}

bool hasNativeBfloat16()
{
    return __builtin_cpu_supports("avx512bf16") || __builtin_cpu_supports("amx-bf16");
}

} // namespace engine::device
