// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A verb of the command line: its options, and what it does. One file per verb, one line in
// verbs/registry.cpp.
#pragma once

#include "engine/worker/output.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace engine::worker {

// Options every verb has.
struct CommonOptions
{
    bool json = false;
    std::string device = "auto";
    int threads = 0; // 0 = all physical cores
    uint64_t seed = 42;
    std::string dtype;                 // empty: the verb's own default
    std::string quantization = "none"; // of the base: none, nf4, int8
    bool doubleQuant = true;           // of nf4's scales
    bool quantizeEmbeddings = false;   // with a quantised base
    std::string logLevel = "info";
};

// Does the work; returns the exit code. Throws Failure.
using Action = std::function<int(const CommonOptions& common, Output& output)>;

struct Verb
{
    std::string_view name; // "train", "inspect model"
    std::string_view summary;
    // Adds the verb's options to `app`; the action holds what they were set to.
    Action (*declare)(CLI::App& app);
};

} // namespace engine::worker
