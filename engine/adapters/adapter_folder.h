// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Adapters as files. Written in PEFT's form: adapter_config.json + adapter_model.safetensors. Read
// in the forms of PEFT, mlx-lm and loralib (docs/formats.md). Sources: peft
// (utils/save_and_load.py, tuners/lora), mlx-lm (tuner/lora.py), microsoft/LoRA
// (loralib/layers.py).
#pragma once

#include "engine/adapters/base_identity.h"
#include "engine/contract/value.h"
#include "engine/methods/adapter_state.h"
#include "engine/nn/blueprint.h"

#include <filesystem>
#include <string>
#include <vector>

namespace engine::adapters {

// An adapter as its files hold it, in PEFT's terms: the output head is "lm_head", fused modules
// carry one whole-module update each (fitted() divides them).
struct StoredAdapter
{
    std::filesystem::path path;
    std::string format;     // "peft", "mlx" or "loralib"
    contract::Value config; // adapter_config.json, or loralib's side file
    methods::AdapterState state;
    std::string baseName;   // base_model_name_or_path; may be empty
    std::string baseSha256; // hash of the base's weights; empty when another program wrote it
    // {module: [{name, rank, alpha}]} of the updates that were trained in slices; null when there
    // are none. Where the file names rows, not slices, [{name, rank, alpha, offset, rows}].
    contract::Value slices;
    std::vector<StoredAdapter> with = {}; // the folders in with/, by name

    BaseQuantization baseQuantization = {};

    int64_t parameters() const; // with theirs
    BaseIdentity base() const { return {baseName, baseSha256, baseQuantization}; }
};

// A folder as PEFT or mlx-lm writes it, a folder that holds lora.pt, or a loralib checkpoint
// itself (.pt, .bin, .safetensors). With the adapters that were trained together with it. Throws
// Failure(not_found, bad_file, bad_adapter, unsupported) naming file, field or tensor.
StoredAdapter readAdapter(const std::filesystem::path& path);

// Everything that keeps the adapter from this model, tensor by tensor: modules the model lacks,
// other shapes, tensors that the config announces and the file lacks, and such that it does not
// announce.
struct Mismatch
{
    std::string tensor;
    std::string message;
};
std::vector<Mismatch> findMismatches(const StoredAdapter& adapter, const nn::Blueprint& blueprint);
// The adapter in this model's terms: updates that were trained on slices of fused weights divided
// again as they were trained, linear weights [out, in]. Throws Failure(incompatible) with the first
// mismatch.
methods::AdapterState fitted(const StoredAdapter& adapter, const nn::Blueprint& blueprint);

// Writes the folder aside and renames it; an existing adapter there is replaced. Slices of one
// fused module become one update of the summed rank with block-structured B (exact;
// docs/formats.md). What was trained together with it becomes with/<method>/, folders of the same
// kind. Same state → same bytes.
void writeAdapter(const std::filesystem::path& folder,
                  const methods::AdapterState& state,
                  const nn::Blueprint& blueprint,
                  const BaseIdentity& base);

} // namespace engine::adapters
