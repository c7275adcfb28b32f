// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/rank_metrics_file.h"

#include "engine/contract/value.h"
#include "engine/device/files.h"

#include <charconv>
#include <limits>
#include <string>

namespace engine::worker {

namespace {

constexpr std::string_view kHeader = "step,rank,eval_loss";

// Of a row; −1 for the header and for what is none.
int64_t stepOf(std::string_view row)
{
    int64_t step = -1;
    const auto read = std::from_chars(row.data(), row.data() + row.size(), step);
    return read.ec == std::errc() ? step : -1;
}

} // namespace

void RankMetricsFile::append(int64_t step, const std::vector<double>& lossByRank)
{
    for (std::size_t i = 0; i < lossByRank.size(); ++i) {
        file().appendLine(std::to_string(step) + "," + std::to_string(i + 1) + ","
                          + toJson(contract::Value(lossByRank[i])));
    }
}

void RankMetricsFile::rewindTo(int64_t step)
{
    if (!std::filesystem::exists(m_path)) {
        return;
    }
    const std::string text = device::readFile(m_path, std::numeric_limits<uint64_t>::max());
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = text.find('\n', begin);
        if (end == std::string::npos
            || stepOf(std::string_view(text).substr(begin, end - begin)) > step) {
            break;
        }
        begin = end + 1;
    }
    file().truncateTo(begin);
    if (begin == 0) {
        file().appendLine(kHeader);
    }
}

device::AppendFile& RankMetricsFile::file()
{
    if (!m_file) {
        m_file.emplace(m_path);
        if (m_file->size() == 0) {
            m_file->appendLine(kHeader);
        }
    }
    return *m_file;
}

} // namespace engine::worker
