// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which tensors go into which file when a model is larger than one file should be: names and index
// as Hugging Face has them, so that its libraries load the result.
#pragma once

#include "engine/contract/value.h"
#include "engine/tensors/safetensors_writer.h"

namespace engine::tensors {

inline constexpr std::uint64_t kDefaultShardBytes = 5'000'000'000;

struct Shard
{
    std::string fileName;
    std::vector<TensorSpec> tensors;
};

// Fills shards in the given order up to `maxBytes` of tensor data; a larger tensor has a shard to
// itself. One shard is called model.safetensors, several model-00001-of-00003.safetensors. Source:
// huggingface_hub, serialization/_base.py.
std::vector<Shard> planShards(std::vector<TensorSpec> tensors,
                              std::uint64_t maxBytes = kDefaultShardBytes);

// The text of model.safetensors.index.json: metadata.total_size and weight_map, keys sorted.
std::string shardIndex(const std::vector<Shard>& shards);

} // namespace engine::tensors
