// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The sources of this checkout as (path, text), for the tests that check how the code is laid out.
#pragma once

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace architecture {

struct SourceFile
{
    std::string path; // from the repository root, with '/'
    std::string text;
};

// Folders that hold nothing of ours: build products, the repository itself, caches.
inline constexpr std::array<std::string_view, 4> kForeignFolders = {
    "build", ".git", "target", "__pycache__"};

inline constexpr std::array<std::string_view, 6> kSourceExtensions = {
    ".h", ".cpp", ".rs", ".py", ".sh", ".cmake"};

// Files whose name, not extension, says that they are sources.
inline constexpr std::array<std::string_view, 2> kSourceNames = {"CMakeLists.txt", "studio"};

inline bool isSource(const std::filesystem::path& path)
{
    return std::ranges::find(kSourceExtensions, path.extension().string())
               != kSourceExtensions.end()
           || std::ranges::find(kSourceNames, path.filename().string()) != kSourceNames.end();
}

inline std::string readText(const std::filesystem::path& path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// Every source below `root`, sorted by path.
inline std::vector<SourceFile> sourceFiles(const std::filesystem::path& root)
{
    std::vector<SourceFile> files;
    std::filesystem::recursive_directory_iterator entry(root);
    for (; entry != std::filesystem::recursive_directory_iterator(); ++entry) {
        if (entry->is_directory()) {
            const std::string name = entry->path().filename().string();
            if (std::ranges::find(kForeignFolders, name) != kForeignFolders.end()) {
                entry.disable_recursion_pending();
            }
        } else if (entry->is_regular_file() && isSource(entry->path())) {
            files.push_back(
                {entry->path().lexically_relative(root).generic_string(), readText(entry->path())});
        }
    }
    std::ranges::sort(files, {}, &SourceFile::path);
    return files;
}

} // namespace architecture
