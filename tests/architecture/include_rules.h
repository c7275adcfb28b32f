// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Who may include whom: the table of docs/architecture.md section 2, and a checker of include lines
// against it.
#pragma once

#include <algorithm>
#include <array>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace architecture {

// A folder of engine/ may include its own layer and lower ones; folders of one layer do not know
// each other.
struct Layer
{
    std::string_view folder;
    int height;
};

inline constexpr std::array<Layer, 20> kLayers = {{
    {"contract", 0}, {"device", 1},     {"bridge", 2},     {"tensors", 3},   {"kernels", 4},
    {"nn", 5},       {"text", 6},       {"data", 6},       {"models", 6},    {"methods", 6},
    {"adapters", 7}, {"objectives", 8}, {"generate", 9},   {"evaluate", 10}, {"estimate", 11},
    {"train", 12},   {"analyze", 12},   {"exporters", 13}, {"combine", 14},  {"worker", 15},
}};

// Each sub-folder of these is one registered member; members do not know each other.
inline constexpr std::array<std::string_view, 5> kRegisteredFolders = {"engine/models/",
                                                                       "engine/methods/",
                                                                       "engine/objectives/",
                                                                       "engine/data/formats/",
                                                                       "engine/exporters/"};

// What matches `included` may be included only from paths that match `allowedFrom`.
struct ForeignRule
{
    std::regex included;
    std::regex allowedFrom;
    std::string_view reason;
};

inline const std::array<ForeignRule, 8> kForeignRules = {{
    {std::regex("Q[A-Z].*|Qt[A-Z].*/.*|q[a-z]+\\.h"),
     std::regex("(app|ui|tests)/.*"),
     "the engine never links Qt"},
    {std::regex("(ATen|c10|torch|caffe2)/.*"),
     std::regex("engine/(?!contract/).*|tests/(?!app/|ui/).*"),
     "torch stays inside the engine, outside contract"},
    {std::regex("torch/torch\\.h"),
     std::regex("nothing"),
     "torch/torch.h is slow to compile: take the narrow headers"},
    {std::regex("nlohmann/.*"),
     std::regex("engine/contract/.*\\.cpp"),
     "the JSON library stays behind contract/value.h"},
    {std::regex("CLI/.*"),
     std::regex("engine/worker/.*"),
     "the command line belongs to the worker"},
    {std::regex("rust/.*|.*\\.rs\\.h"),
     std::regex("engine/bridge/.*"),
     "nobody learns that Rust is behind the bridge"},
    {std::regex("engine/bridge/rust_side\\.h"),
     std::regex("engine/bridge/.*\\.cpp"),
     "nobody learns that Rust is behind the bridge"},
    {std::regex("(app|ui)/.*"),
     std::regex("(app|ui|tests)/.*"),
     "the engine does not know the studio"},
}};

// The names between quotes or brackets of every include line of `text`, in order.
inline std::vector<std::string> includesOf(const std::string& text)
{
    static const std::regex line(R"re((?:^|\n)[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">])re");
    std::vector<std::string> names;
    for (std::sregex_iterator match(text.begin(), text.end(), line), end; match != end; ++match) {
        names.push_back((*match)[1]);
    }
    return names;
}

// The first folder below `prefix` in `path`, or nothing if `path` lies elsewhere or directly in
// `prefix`.
inline std::string memberOf(std::string_view path, std::string_view prefix)
{
    if (!path.starts_with(prefix)) {
        return {};
    }
    const std::string_view rest = path.substr(prefix.size());
    const size_t slash = rest.find('/');
    return slash == std::string_view::npos ? std::string() : std::string(rest.substr(0, slash));
}

inline const Layer* layerOf(std::string_view path)
{
    const std::string folder = memberOf(path, "engine/");
    const auto* found = std::ranges::find(kLayers, folder, &Layer::folder);
    return found == kLayers.end() ? nullptr : found;
}

// Why `path` may not include `included`; empty if it may.
inline std::string violation(const std::string& path, const std::string& included)
{
    for (const ForeignRule& rule : kForeignRules) {
        if (std::regex_match(included, rule.included)
            && !std::regex_match(path, rule.allowedFrom)) {
            return std::string(rule.reason);
        }
    }
    const Layer* from = layerOf(path);
    const Layer* to = layerOf(included);
    if (from != nullptr && to != nullptr && from->folder != to->folder
        && to->height >= from->height) {
        return "engine/" + std::string(to->folder) + " is not below engine/"
               + std::string(from->folder);
    }
    for (const std::string_view prefix : kRegisteredFolders) {
        const std::string self = memberOf(path, prefix);
        const std::string other = memberOf(included, prefix);
        if (!self.empty() && !other.empty() && self != other) {
            return "registered folders do not include their siblings";
        }
    }
    return {};
}

// One line per forbidden include: path, included name and the reason.
inline std::vector<std::string> layeringViolations(const std::string& path, const std::string& text)
{
    std::vector<std::string> found;
    for (const std::string& included : includesOf(text)) {
        if (const std::string reason = violation(path, included); !reason.empty()) {
            found.push_back(path + " includes " + included + ": " + reason);
        }
    }
    return found;
}

} // namespace architecture
