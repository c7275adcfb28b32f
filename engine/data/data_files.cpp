// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/data_files.h"

#include "engine/contract/suggest.h"
#include "engine/data/refusal.h"

#include <algorithm>
#include <filesystem>
#include <span>

namespace engine::data {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kExtensions[] = {
    ".jsonl", ".json", ".ndjson", ".csv", ".tsv", ".parquet", ".txt", ".md"};
constexpr std::string_view kTrain[] = {"train"};
constexpr std::string_view kValidation[] = {"valid", "validation", "val", "dev"};
constexpr std::string_view kTest[] = {"test"};

using Names = std::span<const std::string_view>;

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

bool isNamed(const std::string& file, std::string_view name, bool exactly)
{
    const std::string stem = lower(fs::path(file).filename().string());
    const char behind = stem.size() > name.size() ? stem[name.size()] : '.';
    return stem.starts_with(name) && (behind == '.' || (!exactly && behind == '-'));
}

// The data files of a folder, or of its sub-folder `data`, sorted.
std::vector<std::string> filesIn(const fs::path& folder)
{
    std::vector<std::string> files;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        const std::string path = entry.path().string();
        const std::string name = entry.path().filename().string();
        const std::string extension = extensionOf(path);
        const bool isData = std::find(std::begin(kExtensions), std::end(kExtensions), extension)
                            != std::end(kExtensions);
        if (isData && entry.is_regular_file(ignored) && !name.starts_with('.')
            && name != "dataset_info.json" && lower(name) != "readme.md") {
            files.push_back(path);
        }
    }
    std::sort(files.begin(), files.end());
    return files.empty() && fs::is_directory(folder / "data", ignored) ? filesIn(folder / "data")
                                                                       : files;
}

// The first name that has files: the one that is named exactly so, in the order of kExtensions, or
// the numbered ones.
std::vector<std::string> splitOf(const std::vector<std::string>& files, Names names)
{
    for (const std::string_view name : names) {
        for (const std::string_view extension : kExtensions) {
            for (const std::string& file : files) {
                if (isNamed(file, name, true) && extensionOf(file) == extension) {
                    return {file};
                }
            }
        }
        std::vector<std::string> numbered;
        std::copy_if(files.begin(),
                     files.end(),
                     std::back_inserter(numbered),
                     [&](const std::string& file) { return isNamed(file, name, false); });
        if (!numbered.empty()) {
            return numbered;
        }
    }
    return {};
}

// A path for a split: its only file, or the folder's part.
std::string pathOf(const std::string& folder, const std::vector<std::string>& files, Names names)
{
    return files.empty()       ? std::string()
           : files.size() == 1 ? files.front()
                               : folder + "#" + std::string(names.front());
}

DataFiles partOf(const DataPath& path, const std::vector<std::string>& files)
{
    for (const Names names : {Names(kTrain), Names(kValidation), Names(kTest)}) {
        if (std::find(names.begin(), names.end(), path.part) != names.end()) {
            DataFiles found;
            found.files = splitOf(files, names);
            if (!found.files.empty()) {
                return found;
            }
        }
    }
    throw refusal(code::kBadData,
                  path.path,
                  0,
                  "the folder has no files for " + path.part,
                  "Its parts can be train, validation and test");
}

} // namespace

DataPath dataPathOf(const std::string& argument)
{
    std::error_code ignored;
    const std::size_t mark = argument.rfind('#');
    if (mark == std::string::npos || fs::exists(argument, ignored)
        || !fs::exists(argument.substr(0, mark), ignored)) {
        return {argument, {}};
    }
    return {argument.substr(0, mark), argument.substr(mark + 1)};
}

DataFiles dataFilesOf(const DataPath& path)
{
    std::error_code ignored;
    if (!fs::is_directory(path.path, ignored)) {
        return {.files = {path.path}, .part = path.part, .validation = {}, .test = {}};
    }
    const std::vector<std::string> files = filesIn(path.path);
    if (!path.part.empty()) {
        return partOf(path, files);
    }
    const std::vector<std::string> validation = splitOf(files, kValidation);
    const std::vector<std::string> test = splitOf(files, kTest);
    DataFiles found{.files = splitOf(files, kTrain),
                    .part = {},
                    .validation = pathOf(path.path, validation, kValidation),
                    .test = pathOf(path.path, test, kTest)};
    const auto isElsewhere = [&](const std::string& file) {
        return std::find(validation.begin(), validation.end(), file) != validation.end()
               || std::find(test.begin(), test.end(), file) != test.end();
    };
    if (found.files.empty()) {
        std::remove_copy_if(
            files.begin(), files.end(), std::back_inserter(found.files), isElsewhere);
    }
    if (found.files.empty()) {
        throw refusal(code::kBadData,
                      path.path,
                      0,
                      "the folder has no train.jsonl, train.json, train.csv, train.parquet or "
                      "train.txt, and no other data file to train on",
                      "Name the data file itself, or name it train.jsonl");
    }
    return found;
}

std::string extensionOf(const std::string& path)
{
    fs::path name(path);
    std::string extension = lower(name.extension().string());
    if (extension == ".gz") {
        extension = lower(name.stem().extension().string());
    }
    return extension;
}

} // namespace engine::data
