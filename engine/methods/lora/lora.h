// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Low-rank adaptation: W stays frozen, ΔW = (alpha / rank) · B A is trained. Source: Hu et al.
// 2021, section 4; matching, scale and options as in PEFT (tuners/lora).
#pragma once

#include "engine/methods/method.h"

#include <string>
#include <vector>

namespace engine::methods::lora {

struct LoraSettings
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
    std::string init = "default";
    std::string bias = "none";
    std::vector<std::string> modulesToSave;
};

extern const Method kLora;

} // namespace engine::methods::lora
