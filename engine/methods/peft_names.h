// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How PEFT's files name modules. Source: peft (utils/save_and_load.py, tuners/tuners_utils.py).
#pragma once

#include "engine/nn/blueprint.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine::methods {

// transformers 5 calls the output head of every family lm_head, whatever the weights' files say
// (GPT-NeoX: embed_out).
std::string peftName(const nn::ModuleSpec& module);
// Its tensor of that kind: "model.layers.0.mlp.down_proj.ia3_l".
std::string peftTensor(const nn::ModuleSpec& module, std::string_view kind);
// The module of that name in PEFT's files, old ones included; null when there is none.
const nn::ModuleSpec* moduleNamed(const nn::Blueprint& blueprint, const std::string& peftName);

// target_modules for exactly these modules: of each the shortest suffix that names only some of
// them ("q_proj", else "mlp.c_proj", else the whole name), sorted.
std::set<std::string> peftTargets(const std::set<std::string>& modules,
                                  const nn::Blueprint& blueprint);

// "model.layers.0.mlp.down_proj" and "ia3_l" of "model.layers.0.mlp.down_proj.ia3_l"; the module
// is empty for tensors that all share ("vera_A").
std::pair<std::string, std::string> splitTensorName(const std::string& name);

} // namespace engine::methods
