// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/run_folder.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace engine::contract {

namespace {

namespace fs = std::filesystem;

bool isWhole(const fs::path& checkpoint)
{
    const auto isThere = [&checkpoint](std::string_view name) {
        std::error_code error;
        return fs::is_regular_file(checkpoint / name, error);
    };
    return isThere(kCheckpointAdapter) && isThere(kCheckpointOptimizer)
           && isThere(kCheckpointState);
}

} // namespace

fs::path RunFolder::checkpoint(int64_t step) const
{
    return checkpoints() / checkpointName(step);
}

std::vector<CheckpointFolder> RunFolder::wholeCheckpoints() const
{
    std::vector<CheckpointFolder> found;
    std::error_code error;
    for (fs::directory_iterator entry(checkpoints(), error), end; !error && entry != end;
         entry.increment(error)) {
        const auto step = parseCheckpointName(entry->path().filename().string());
        if (step && isWhole(entry->path())) {
            found.push_back({*step, entry->path()});
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& left, const auto& right) {
        return left.step < right.step;
    });
    return found;
}

std::optional<CheckpointFolder> RunFolder::latestCheckpoint() const
{
    std::vector<CheckpointFolder> found = wholeCheckpoints();
    if (found.empty()) {
        return std::nullopt;
    }
    return std::move(found.back());
}

std::string checkpointName(int64_t step)
{
    std::array<char, 32> digits = {};
    std::snprintf(digits.data(), digits.size(), "%08lld", static_cast<long long>(step));
    return std::string(kCheckpointPrefix) + digits.data();
}

std::optional<int64_t> parseCheckpointName(std::string_view name)
{
    if (!name.starts_with(kCheckpointPrefix)) {
        return std::nullopt;
    }
    const std::string_view digits = name.substr(kCheckpointPrefix.size());
    int64_t step = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), step);
    // Written again it must be the same name: no sign, no blank, no other padding.
    if (step < 0 || checkpointName(step) != name) {
        return std::nullopt;
    }
    return step;
}

std::string runFolderName(std::chrono::system_clock::time_point time, std::string_view name)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts = {};
    localtime_r(&seconds, &parts);
    std::array<char, 64> text = {};
    std::strftime(text.data(), text.size(), "%Y-%m-%d_%H%M%S", &parts);
    return name.empty() ? std::string(text.data())
                        : std::string(text.data()) + "_" + std::string(name);
}

} // namespace engine::contract
