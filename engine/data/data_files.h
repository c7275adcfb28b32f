// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which files a path stands for, and what is read from a file by its name.
#pragma once

#include <string>
#include <string_view>

namespace engine::data {

struct DataFiles
{
    std::string train;
    std::string validation; // "" when there is none
    std::string test;       // "" when there is none
};

// A file is itself the train file. A folder has train.jsonl (or .json, .txt), and may have valid,
// validation, val or dev, and test. Throws Failure: kNotFound, kBadData for a folder without a
// train file.
DataFiles dataFilesOf(const std::string& path);

enum class FileKind {
    Json,
    Text,
};

// By the extension; a file with another one is JSON when it begins like JSON. `format` is the
// asked-for format's id. Throws Failure(kUnsupported) for CSV, TSV, Parquet and whatever else is
// not read.
FileKind kindOfFile(const std::string& path, std::string_view content, std::string_view format);

} // namespace engine::data
