// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Rules that hold for each source on its own: its length, its name, its licence lines.
#pragma once

#include <algorithm>
#include <array>
#include <filesystem>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace architecture {

inline constexpr long kLongestSource = 600; // lines

// Where everything wants to end up: these grow only by moving something out.
struct Cap
{
    std::string_view path;
    long lines;
};
inline constexpr std::array<Cap, 1> kCaps = {{{"ui/shell/main_window.cpp", 250}}};

inline long longestAllowed(std::string_view path)
{
    const auto* cap = std::ranges::find(kCaps, path, &Cap::path);
    return cap == kCaps.end() ? kLongestSource : cap->lines;
}

// Tables and generated sources that may be longer, each by its path.
using Exemptions = std::vector<std::string_view>;

inline long lineCount(std::string_view text)
{
    return std::ranges::count(text, '\n') + (text.empty() || text.ends_with('\n') ? 0 : 1);
}

// Why the file is too long, or why its name says that it continues another; empty if all is well.
inline std::string
sizeViolation(const std::string& path, std::string_view text, const Exemptions& exempt)
{
    static const std::regex continuation("(.*_)?(more|continued|rest|part_?[0-9]+)");
    if (std::regex_match(std::filesystem::path(path).stem().string(), continuation)) {
        return path + " continues another file: split by what the parts do";
    }
    const long lines = lineCount(text);
    const long allowed = longestAllowed(path);
    if (lines > allowed && std::ranges::find(exempt, path) == exempt.end()) {
        return path + " has " + std::to_string(lines) + " lines, at most " + std::to_string(allowed)
               + " are allowed";
    }
    return {};
}

// The licence of a path: everything that exists so far is Apache-2.0.
inline std::string_view licenceOf(std::string_view path)
{
    return path.starts_with("app/") || path.starts_with("ui/") ? "GPL-3.0-or-later" : "Apache-2.0";
}

// Empty if the two SPDX lines open the file, after a `#!` line if it has one.
inline std::string spdxViolation(const std::string& path, const std::string& text)
{
    // Split, so that these literals are no licence lines themselves.
    static const std::string copyright = "SPDX-"
                                         "FileCopyrightText: LoRA Studio authors";
    const std::string licence = "SPDX-"
                                "License-Identifier: "
                                + std::string(licenceOf(path));
    const std::regex opening("(#!.*\n)?(//|#) " + copyright + "\n(//|#) " + licence + "\n");
    std::smatch match;
    if (std::regex_search(text, match, opening, std::regex_constants::match_continuous)) {
        return {};
    }
    return path + " does not open with the lines “" + copyright + "” and “" + licence + "”";
}

} // namespace architecture
