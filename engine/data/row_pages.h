// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Pages of rows of large files: a file is read whole once, and then only around the page, as long
// as it stays as it is.
#pragma once

#include "engine/data/dataset.h"

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace engine::data {

class RowPages
{
public:
    // As loadDataset. Files that are read whole (JSON lists, Parquet, gzip, other encodings), and
    // folders, are read whole each time. From any thread.
    Dataset load(const std::string& path, const LoadSettings& settings);

private:
    struct Known
    {
        std::string key;
        Dataset report; // without records
        std::vector<RowMark> marks;
    };

    std::mutex m_mutex;
    std::deque<Known> m_known; // the latest first
};

} // namespace engine::data
