// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Where everything is in a run folder (contract section 4), and which checkpoints of it are whole.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::contract {

// Files of one checkpoint; it is whole when all three are there.
inline constexpr std::string_view kCheckpointAdapter = "adapter.safetensors";
inline constexpr std::string_view kCheckpointOptimizer = "optimizer.safetensors";
inline constexpr std::string_view kCheckpointState = "state.json";

struct CheckpointFolder
{
    int64_t step = 0;
    std::filesystem::path path;
};

class RunFolder
{
public:
    explicit RunFolder(std::filesystem::path root) : m_root(std::move(root)) {}

    const std::filesystem::path& root() const { return m_root; }
    std::filesystem::path job() const { return m_root / "job.json"; }
    std::filesystem::path lock() const { return m_root / "lock"; }
    std::filesystem::path control() const { return m_root / "control.jsonl"; }
    std::filesystem::path journal() const { return m_root / "events.jsonl"; }
    std::filesystem::path log() const { return m_root / "engine.log"; }
    std::filesystem::path metrics() const { return m_root / "metrics.csv"; }
    // Of runs with nested ranks: "step,rank,eval_loss".
    std::filesystem::path rankMetrics() const { return m_root / "metrics_by_rank.csv"; }
    std::filesystem::path report() const { return m_root / "report.json"; }
    std::filesystem::path manifest() const { return m_root / "manifest.json"; }
    std::filesystem::path checkpoints() const { return m_root / "checkpoints"; }
    std::filesystem::path checkpoint(int64_t step) const;
    std::filesystem::path bestAdapter() const { return m_root / "output" / "adapter"; }
    std::filesystem::path lastAdapter() const { return m_root / "output" / "last"; }

    // The whole checkpoints by rising step; torn, foreign and unreadable entries are passed over.
    std::vector<CheckpointFolder> wholeCheckpoints() const;
    std::optional<CheckpointFolder> latestCheckpoint() const;

private:
    std::filesystem::path m_root;
};

inline constexpr std::string_view kCheckpointPrefix = "step-";
// 400 → "step-00000400", and back; nothing for any other name.
std::string checkpointName(int64_t step);
std::optional<int64_t> parseCheckpointName(std::string_view name);

// "2026-03-01_142208_my-adapter": local time, then output.name; without a name the time alone.
std::string runFolderName(std::chrono::system_clock::time_point time, std::string_view name);

} // namespace engine::contract
