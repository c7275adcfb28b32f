// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The forms in which adapters are read, one reader each, and what they share.
#pragma once

#include "engine/adapters/adapter_folder.h"

#include <ATen/core/Tensor.h>

#include <map>
#include <utility>

namespace engine::adapters {

// The tensors of one file, safetensors or torch's, in the order of the file.
struct NamedTensors
{
    std::filesystem::path path;
    std::vector<std::pair<std::string, at::Tensor>> tensors;
    std::map<std::string, std::string> metadata; // of safetensors

    bool has(const std::string& name) const;
};

// Throws Failure(not_found, bad_file, unsupported, non_finite).
NamedTensors readTensors(const std::filesystem::path& path);

// The file of a PEFT folder: safetensors, else the older torch file.
std::filesystem::path tensorsIn(const std::filesystem::path& folder);
// The private record that writeAdapter leaves in the tensor file's metadata; null without one.
contract::Value ownRecord(const NamedTensors& file);
// What it says about the base.
void takeOwnRecord(const contract::Value& record, StoredAdapter& adapter);

// A JSON object. Throws Failure(not_found, bad_file).
contract::Value readObject(const std::filesystem::path& path);

// Throws Failure(bad_adapter) for a name that is too long to be matched with expressions.
void requireShort(const std::string& module, const std::filesystem::path& path);
// Throws Failure(bad_adapter) unless `a` [rank, in] and `b` [out, rank] are matrices of one rank.
void requirePair(const std::string& module,
                 const at::Tensor& a,
                 const at::Tensor& b,
                 const std::filesystem::path& path);

// Factors of a whole module; rows are those of b.
methods::LowRankFactors
wholeFactors(const std::string& module, const at::Tensor& a, const at::Tensor& b, double alpha);

// A and B of grouped updates, as loralib's MergedLinear holds them, as one update of the summed
// rank: a [n · rank, in] as it is, b [n · rows, rank] → [enabled.size() · rows, n · rank] with a
// block for each group that is enabled. Source: loralib/layers.py, MergedLinear.
at::Tensor blockStructured(const at::Tensor& b, const std::vector<bool>& enabled);
// What StoredAdapter::slices says about such a module.
contract::Value
groupRecord(const std::vector<bool>& enabled, int64_t rank, int64_t rows, double alpha);
// [true, false, true]; empty when the value is no list.
std::vector<bool> flagsOf(const contract::Value& value);

StoredAdapter readPeft(const std::filesystem::path& folder);
StoredAdapter readMlx(const std::filesystem::path& folder);
// A checkpoint; its side file is the same name with the ending .json.
StoredAdapter readLoralib(const std::filesystem::path& file);

inline constexpr const char* kLoralibFile = "lora.pt";
inline constexpr const char* kFurtherFolder = "with";

} // namespace engine::adapters
