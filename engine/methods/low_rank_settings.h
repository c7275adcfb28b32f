// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What methods that train ΔW = scale · B A beside frozen weights have in common; matching, scale
// and options as in PEFT (tuners/lora).
#pragma once

#include "engine/contract/schema.h"

#include <string>
#include <vector>

namespace engine::methods {

struct LowRankSettings
{
    int64_t rank = 16;
    double alpha = 32;
    double dropout = 0.05;
    contract::Value targets = "all-linear";
    contract::Value exclude = contract::Value::List();
    contract::Value layers = "all";
    contract::Value rankPattern = contract::Value::Object();
    contract::Value alphaPattern = contract::Value::Object();
    bool useRslora = false;
    double loraPlusRatio = 1;
    std::string init = "default"; // a field of the method's own: not every scheme suits each
    bool useDora = false;         // likewise
    std::string bias = "none";
    std::vector<std::string> modulesToSave;
};

// For Schema::include of the method's own settings.
const contract::Schema<LowRankSettings>& lowRankSchema();

} // namespace engine::methods
