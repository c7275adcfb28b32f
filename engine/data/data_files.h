// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which files a path stands for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace engine::data {

// "file#part": a part of a file (a member of an object of lists, an entry of dataset_info.json), or
// a split of a folder. A path that exists as it stands has no part.
struct DataPath
{
    std::string path;
    std::string part; // "" when there is none
};

DataPath dataPathOf(const std::string& argument);

struct DataFiles
{
    std::vector<std::string> files; // read one after the other
    std::string part;               // of the only file
    std::string validation;         // as a path for dataFilesOf, "" when there is none
    std::string test;               // likewise
};

// A file is itself. A folder has train.jsonl (.json, .csv, .tsv, .parquet, .txt, each also .gz) or
// train-00000-of-00002.parquet and so on, and may have valid, validation, val or dev, and test; in
// a folder without train files all other data files are read. A part of a folder is one of these
// names. Throws Failure: kBadData for a folder without data files.
DataFiles dataFilesOf(const DataPath& path);

// In lower case and without .gz: ".jsonl"; "" when there is none.
std::string extensionOf(const std::string& path);

} // namespace engine::data
