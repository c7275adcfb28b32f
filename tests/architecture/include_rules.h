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

// A folder of engine/, app/ or ui/ may include its own layer and lower ones of the same part;
// folders of one layer do not know each other.
struct Layer
{
    std::string_view folder;
    int height;
};

inline constexpr std::array<Layer, 36> kLayers = {{
    {"engine/contract", 0}, {"engine/device", 1},    {"engine/bridge", 2},
    {"engine/tensors", 3},  {"engine/kernels", 4},   {"engine/nn", 5},
    {"engine/text", 6},     {"engine/data", 6},      {"engine/models", 6},
    {"engine/methods", 6},  {"engine/adapters", 7},  {"engine/objectives", 8},
    {"engine/generate", 9}, {"engine/evaluate", 10}, {"engine/estimate", 11},
    {"engine/train", 12},   {"engine/analyze", 12},  {"engine/exporters", 13},
    {"engine/combine", 14}, {"engine/worker", 15},   {"engine/cuda", 5},
    {"app/base", 0},        {"app/library", 1},      {"app/engine", 1},
    {"app/runs", 2},        {"app/intake", 2},       {"app/studio", 3},
    {"ui/theme", 0},        {"ui/widgets", 1},       {"ui/forms", 2},
    {"ui/dialogs", 2},      {"ui/plots", 2},         {"ui/page", 3},
    {"ui/pages", 4},        {"ui/shell", 5},         {"ui/capture", 6},
}};

// Each sub-folder of these is one registered member; members do not know each other.
inline constexpr std::array<std::string_view, 6> kRegisteredFolders = {"engine/models/",
                                                                       "engine/methods/",
                                                                       "engine/objectives/",
                                                                       "engine/data/formats/",
                                                                       "engine/exporters/",
                                                                       "ui/pages/"};

// What matches `included` may be included only from paths that match `allowedFrom`.
struct ForeignRule
{
    std::regex included;
    std::regex allowedFrom;
    std::string_view reason;
};

inline const std::array<ForeignRule, 14> kForeignRules = {{
    {std::regex("Q[A-Z].*|Qt[A-Z].*/.*|q[a-z]+\\.h"),
     std::regex("(app|ui|tests|benchmarks)/.*"),
     "the engine never links Qt"},
    {std::regex("(ATen|c10|torch|caffe2)/.*"),
     std::regex("engine/(?!contract/).*|tests/(?!app/|ui/).*|benchmarks/.*"),
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
    {std::regex("engine/cuda/.*"),
     std::regex("engine/cuda/.*|tests/cuda/.*"),
     "the plug-in is loaded, not linked: kernels/registry.h is all there is between them"},
    {std::regex("(app|ui)/.*"),
     std::regex("(app|ui|tests|benchmarks)/.*"),
     "the engine does not know the studio"},
    {std::regex("engine/(?!contract/).*"),
     std::regex("(engine|tests|benchmarks)/.*"),
     "the studio knows of the engine only its contract"},
    {std::regex("ui/.*"),
     std::regex("(ui|tests|benchmarks)/.*|app/main\\.cpp"),
     "what lies below the window does not know it"},
    {std::regex(
         "QtWidgets/"
         ".*|Q(Abstract(Button|Item|Scroll|Slider|Spin).*|Action(Group)?|Application|Box.*|Button.*"
         "|"
         "Check.*|Combo.*|Dialog.*|Dock.*|FileDialog|Focus.*|Form.*|Frame|Graphics.*|Grid.*|"
         "Group.*|H?BoxLayout|Header.*|InputDialog|Label|Layout|Line.*Edit|List(View|Widget)|Main.*"
         "|"
         "Menu.*|MessageBox|PlainText.*|Progress.*|Push.*|Radio.*|Scroll.*|Size.*|Slider|Spin.*|"
         "Splitter|Stacked.*|Status.*|Style(d|Option|Painter|Plugin)?.*|Tab.*|Text(Edit|Browser)|"
         "Tool.*|"
         "Tree(View|Widget)|Undo.*|Widget.*)"),
     std::regex("(ui|tests|benchmarks)/.*|app/main\\.cpp"),
     "widgets belong to ui/"},
    {std::regex("qcustomplot\\.h|QCustomPlot"),
     std::regex("ui/plots/.*\\.cpp"),
     "charts are drawn in ui/plots, and its headers do not show by what"},
    {std::regex("QSql.*|QtSql/.*|sqlite3\\.h"),
     std::regex("app/(library/.*|pch\\.h)|tests/app/library/.*"),
     "SQL stays in app/library"},
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

// The first segment of a path that has more than one: "engine", "app", "ui".
inline std::string_view partOf(std::string_view path)
{
    return path.substr(0, path.find('/'));
}

inline const Layer* layerOf(std::string_view path)
{
    const std::string part(partOf(path));
    const std::string folder = part + "/" + memberOf(path, part + "/");
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
        && partOf(from->folder) == partOf(to->folder) && to->height >= from->height) {
        return std::string(to->folder) + " is not below " + std::string(from->folder);
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
