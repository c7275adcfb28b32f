// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/control_group.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace engine::device {

namespace fs = std::filesystem;

namespace {

// Version 1 says "no limit" with a number near 2^63.
constexpr std::uint64_t kNoLimit = 1ull << 62;

struct Version
{
    std::string controller; // "" is version 2's single hierarchy
    std::string folder;     // of the hierarchy, below the root
    std::string memoryLimit;
    std::string memoryUsage;
    std::string inactiveFile; // key in memory.stat
};

const Version kVersion2 = {"", "", "memory.max", "memory.current", "inactive_file "};
const Version kVersion1Memory = {
    "memory", "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "};

template <typename Number>
std::optional<Number> numberIn(const fs::path& file)
{
    std::ifstream input(file);
    Number number = {};
    if (input >> number) {
        return number;
    }
    return std::nullopt; // absent, or "max"
}

std::uint64_t statField(const fs::path& file, std::string_view key)
{
    std::ifstream input(file);
    for (std::string line; std::getline(input, line);) {
        if (line.starts_with(key)) {
            std::uint64_t value = 0;
            std::istringstream(line.substr(key.size())) >> value;
            return value;
        }
    }
    return 0;
}

bool listHas(const std::string& list, std::string_view item)
{
    std::istringstream items(list);
    for (std::string entry; std::getline(items, entry, ',');) {
        if (entry == item) {
            return true;
        }
    }
    return false;
}

// The group's folder and its parents up to the hierarchy's root. A path that is not there belongs
// to another namespace: then only what exists is looked at.
std::vector<fs::path>
groupFolders(const ControlGroupFiles& files, std::string_view controller, const fs::path& folder)
{
    std::ifstream input(files.membership);
    for (std::string line; std::getline(input, line);) { // 4:memory:/path
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (second == std::string::npos) {
            continue;
        }
        const std::string controllers = line.substr(first + 1, second - first - 1);
        if (controller.empty() ? !controllers.empty() : !listHas(controllers, controller)) {
            continue;
        }
        std::vector<fs::path> folders;
        const fs::path hierarchy = files.root / folder;
        fs::path group = fs::path(line.substr(second + 1)).relative_path();
        while (!group.empty()) {
            folders.push_back(hierarchy / group);
            group = group.parent_path();
        }
        folders.push_back(hierarchy);
        return folders;
    }
    return {};
}

void appendLimits(const ControlGroupFiles& files,
                  const Version& version,
                  std::vector<MemoryLimit>& limits)
{
    for (const fs::path& folder : groupFolders(files, version.controller, version.folder)) {
        const auto limit = numberIn<std::uint64_t>(folder / version.memoryLimit);
        if (limit && *limit < kNoLimit) {
            const auto usage = numberIn<std::uint64_t>(folder / version.memoryUsage).value_or(0);
            const auto cache = statField(folder / "memory.stat", version.inactiveFile);
            limits.push_back({*limit, usage - std::min(usage, cache)});
        }
    }
}

void lowerTo(std::optional<double>& quota, double time, double period)
{
    if (time > 0 && period > 0) {
        quota = std::min(quota.value_or(time / period), time / period);
    }
}

} // namespace

std::vector<MemoryLimit> memoryLimits(const ControlGroupFiles& files)
{
    std::vector<MemoryLimit> limits;
    appendLimits(files, kVersion2, limits);
    appendLimits(files, kVersion1Memory, limits);
    return limits;
}

std::optional<double> processorQuota(const ControlGroupFiles& files)
{
    std::optional<double> quota;
    for (const fs::path& folder : groupFolders(files, "", "")) {
        std::ifstream input(folder / "cpu.max"); // "200000 100000" or "max 100000"
        double time = 0;
        double period = 0;
        if (input >> time >> period) {
            lowerTo(quota, time, period);
        }
    }
    for (const fs::path& folder : groupFolders(files, "cpu", "cpu")) {
        lowerTo(quota,
                numberIn<double>(folder / "cpu.cfs_quota_us").value_or(0),
                numberIn<double>(folder / "cpu.cfs_period_us").value_or(0));
    }
    return quota;
}

} // namespace engine::device
