// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Data files → records, with a report of everything that was left out or is worth knowing. Reads
// JSON, JSON Lines, tables of text, Parquet and plain text, also in gzip and in other encodings.
#pragma once

#include "engine/data/columns.h"
#include "engine/data/edits.h"
#include "engine/data/record.h"
#include "engine/data/row_source.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
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
    std::string text = {};   // the first of the rows that were left out, shortened
    std::string sha256 = {}; // of the row, where it is about one
};

// So many rows that were left out are listed; all are counted.
inline constexpr std::size_t kMostListed = 100'000;

struct Dataset
{
    std::string path;   // the file read; of a folder its train file
    std::string format; // id of the format of most rows
    std::string encoding;
    int64_t rows = 0; // good and dropped
    int64_t good = 0;
    std::vector<Record> records;  // the good ones, or those of them that were to be kept
    std::vector<Problem> dropped; // the first kMostListed
    std::map<std::string, int64_t> droppedByCode; // all
    std::vector<Problem> notices;
    std::vector<std::string> columns;            // every member name, in order of appearance
    ColumnRoles roles;                           // the mapping that was used, empty without one
    std::map<std::string, std::string> examples; // of each column, a first text, shortened
    std::map<std::string, int64_t> rowsByFormat; // good ones
    std::string preset;                          // whose mapping it is, "" for none
    std::string sha256;   // of the file's bytes; of several files over their hashes
    int64_t unedited = 0; // rows that are good as they stand: what indices count
    int64_t changed = 0;  // rows that were edited
    int64_t deleted = 0;  // by an edit: no longer among `rows`
    std::vector<const RowEdit*> matchedEdits; // of LoadSettings::edits, which outlive this
    // Of a folder, or of a file with parts: what validates and what tests, "" when absent.
    std::string validationPath;
    std::string testPath;
};

// A place in a file, and how many good rows are before it.
struct RowMark
{
    RowPlace place;
    int64_t good = 0;
};

// What is read of all files so far.
struct ReadProgress
{
    uint64_t bytes = 0;
    uint64_t allBytes = 0;
    int64_t rows = 0;   // good or not
    bool isEnd = false; // told once, when everything is read
};

struct LoadSettings
{
    // Or a format's id: rows of other shapes are then dropped; or a preset's.
    std::string format = "auto";
    std::string encoding = "auto";      // what the edits ask for, else found out
    ColumnRoles columns;                // empty: those that the edits ask for
    std::shared_ptr<const Edits> edits; // null: none
    // Good rows to keep, by Record::index; the others are checked and counted only, so that a file
    // need not fit in memory.
    int64_t firstKept = 0;
    int64_t mostKept = std::numeric_limits<int64_t>::max();
    bool keepMembers = false; // fill Record::row
    // Called with every good row in order, kept or not.
    std::function<void(const Record&)> eachRecord = {};
    std::size_t windowBytes = 1 << 20; // files are read so many bytes at a time
    // Filled with a mark every so many good rows where reading can go on there.
    std::vector<RowMark>* marks = nullptr;
    // Called with every row that is left out, as it stands in the file.
    std::function<void(const Problem& problem, std::string_view row)> badRow = {};
    // Called after every MiB, and every few rows, many times a second; false = stop.
    std::function<bool(const ReadProgress&)> progress = {};
};

// `path`: a file, a folder (data_files.h), an entry of LLaMA-Factory's dataset_info.json, or a part
// of these after a #. Files are read row by row, but for one JSON object that holds all rows and
// for a text. Of members that are there twice the last counts. Throws Failure with file, line,
// reason and next step when nothing of the file can be used: kNotFound, kUnreadable, kUnsupported,
// kBadFile (damaged), kBadData; kBadField for settings that do not fit; kStopped.
Dataset loadDataset(const std::string& path, const LoadSettings& settings = {});

// The rows [firstKept, firstKept + mostKept) alone, read from a mark of an earlier reading of the
// unchanged file with the same settings; nothing else of the data set is filled.
Dataset loadRows(const std::string& path, const LoadSettings& settings, const RowMark& mark);

// How many problems of each code, for reports.
std::map<std::string, int64_t> countByCode(const std::vector<Problem>& problems);

} // namespace engine::data
