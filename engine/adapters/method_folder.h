// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Adapters of all methods but the low-rank ones: parameters that replace the model's, and tensors
// of a method's own. Those that PEFT has are in its form, the others name themselves in
// lora_studio_method.
#pragma once

#include "engine/adapters/adapter_folder.h"

namespace engine::adapters {

// Whether an adapter_config.json is of such a method.
bool isMethodConfig(const contract::Value& config);

// Throws Failure(bad_file, bad_adapter, unsupported, non_finite).
StoredAdapter readMethod(const std::filesystem::path& folder, contract::Value config);

// Appends what keeps it from this model, tensor by tensor.
void checkMethod(const StoredAdapter& adapter,
                 const nn::Blueprint& blueprint,
                 std::vector<Mismatch>& found);

// The state of a folder that fits, in the terms of the method's plan, and what follows from it.
void fitMethod(const StoredAdapter& adapter,
               const nn::Blueprint& blueprint,
               methods::AdapterState& state);

// Whether such a state is written as PEFT has it; otherwise its folder names the method itself.
bool hasPeftForm(const methods::AdapterState& state, const nn::Blueprint& blueprint);

// Writes the three files of the folder.
void writeMethod(const std::filesystem::path& folder,
                 const methods::AdapterState& state,
                 const nn::Blueprint& blueprint,
                 const BaseIdentity& base);

} // namespace engine::adapters
