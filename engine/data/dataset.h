// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Data files → records, with a report of everything that was left out or is worth knowing. Reads
// JSON, JSON Lines and plain text in UTF-8.
#pragma once

#include "engine/data/columns.h"
#include "engine/data/record.h"

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace engine::data {

// A row that was left out (its reason), or something to know (line = the first place).
struct Problem
{
    std::string file;
    int64_t line = 0;
    std::string code;
    std::string message;
};

struct Dataset
{
    std::string path;   // the file read; of a folder its train file
    std::string format; // id of the format of most rows
    std::string encoding;
    int64_t rows = 0; // good and dropped
    int64_t good = 0;
    std::vector<Record> records; // the good ones, or those of them that were to be kept
    int64_t firstKept = 0;       // which of the good ones records begins with
    std::vector<Problem> dropped;
    std::vector<Problem> notices;
    std::vector<std::string> columns; // every member name, in order of appearance
    std::string sha256;               // of the file's bytes
    // Of a folder: its validation and test file, "" when absent.
    std::string validationPath;
    std::string testPath;
};

struct LoadSettings
{
    std::string format = "auto"; // or a format's id: rows of other shapes are then dropped
    ColumnRoles columns;
    // Good rows to keep; the others are checked and counted only, so that a file need not fit in
    // memory.
    int64_t firstKept = 0;
    int64_t mostKept = std::numeric_limits<int64_t>::max();
    std::size_t windowBytes = 1 << 20; // JSON Lines are read so many bytes at a time
};

// `path`: a file, or a folder with train, valid and test files as mlx-lm reads them.
// JSON Lines are read window by window, everything else whole.
// Of members that are there twice the last counts. Throws Failure with file, line, reason and next
// step when nothing of the file can be used: kNotFound, kUnreadable, kUnsupported (CSV, Parquet,
// compressed, …), kBadData; kBadField for settings that do not fit.
Dataset loadDataset(const std::string& path, const LoadSettings& settings = {});

// How many problems of each code, for reports.
std::map<std::string, int64_t> countByCode(const std::vector<Problem>& problems);

} // namespace engine::data
