// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/data_files.h"

#include "engine/data/refusal.h"

#include <algorithm>
#include <filesystem>
#include <initializer_list>

namespace engine::data {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kReadFormats = "This version reads .json, .jsonl and .txt in UTF-8";

// The first of the names that is there with one of the extensions, "" when none is.
std::string findFile(const fs::path& folder, std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names) {
        for (const std::string_view extension : {".jsonl", ".json", ".txt"}) {
            const fs::path file = folder / (std::string(name) + std::string(extension));
            std::error_code ignored;
            if (fs::is_regular_file(file, ignored)) {
                return file.string();
            }
        }
    }
    return {};
}

std::string extensionOf(const std::string& path)
{
    std::string extension = fs::path(path).extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return extension;
}

} // namespace

DataFiles dataFilesOf(const std::string& path)
{
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
        return {.train = path, .validation = {}, .test = {}};
    }
    DataFiles files{.train = findFile(path, {"train"}),
                    .validation = findFile(path, {"valid", "validation", "val", "dev"}),
                    .test = findFile(path, {"test"})};
    if (files.train.empty()) {
        throw refusal(code::kBadData,
                      path,
                      0,
                      "the folder has no train.jsonl, train.json or train.txt",
                      "Name the data file itself, or name it train.jsonl");
    }
    return files;
}

FileKind kindOfFile(const std::string& path, std::string_view content, std::string_view format)
{
    if (format == "plain_text") {
        return FileKind::Text;
    }
    const std::string extension = extensionOf(path);
    if (extension == ".json" || extension == ".jsonl" || extension == ".ndjson") {
        return FileKind::Json;
    }
    for (const std::string_view table : {".csv", ".tsv", ".parquet", ".arrow", ".xlsx", ".xls"}) {
        if (extension == table) {
            throw refusal(code::kUnsupported,
                          path,
                          0,
                          std::string(table) + " files are not read by this version",
                          std::string(kReadFormats) + "; convert it to JSON Lines");
        }
    }
    if (extension == ".txt" && format == "auto") {
        return FileKind::Text;
    }
    const std::size_t first = content.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && (content[first] == '{' || content[first] == '[')) {
        return FileKind::Json;
    }
    throw refusal(code::kUnsupported,
                  path,
                  0,
                  "the kind of file is not known by its name, and it does not begin like JSON",
                  std::string(kReadFormats) + "; for any other text give the format plain_text");
}

} // namespace engine::data
