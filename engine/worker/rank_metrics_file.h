// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// metrics_by_rank.csv of a run with nested ranks: "step,rank,eval_loss", a row per evaluation and
// rank. Made with the first such evaluation. Compute thread only.
#pragma once

#include "engine/device/append_file.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace engine::worker {

class RankMetricsFile
{
public:
    explicit RankMetricsFile(std::filesystem::path path) : m_path(std::move(path)) {}

    // The loss at rank 1, 2, …; nothing for an empty list. Throws Failure(disk_full).
    void append(int64_t step, const std::vector<double>& lossByRank);
    // Drops the rows after this step.
    void rewindTo(int64_t step);

private:
    device::AppendFile& file();

    std::filesystem::path m_path;
    std::optional<device::AppendFile> m_file;
};

} // namespace engine::worker
