// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/sharding.h"

#include "engine/tensors/weights.h"

#include <cstdio>

namespace engine::tensors {

namespace {

std::string shardName(std::size_t number, std::size_t count)
{
    char text[64];
    std::snprintf(text, sizeof text, "model-%05zu-of-%05zu.safetensors", number, count);
    return text;
}

} // namespace

std::vector<Shard> planShards(std::vector<TensorSpec> tensors, std::uint64_t maxBytes)
{
    std::vector<Shard> shards(1);
    std::uint64_t filled = 0;
    for (TensorSpec& tensor : tensors) {
        const std::uint64_t bytes = tensor.bytes();
        if (!shards.back().tensors.empty() && filled + bytes > maxBytes) {
            shards.emplace_back();
            filled = 0;
        }
        filled += bytes;
        shards.back().tensors.push_back(std::move(tensor));
    }
    for (std::size_t i = 0; i < shards.size(); ++i) {
        shards[i].fileName =
            shards.size() == 1 ? std::string(kSingleFileName) : shardName(i + 1, shards.size());
    }
    return shards;
}

std::string shardIndex(const std::vector<Shard>& shards)
{
    std::uint64_t total = 0;
    std::map<std::string, std::string> places;
    for (const Shard& shard : shards) {
        for (const TensorSpec& tensor : shard.tensors) {
            total += tensor.bytes();
            places.emplace(tensor.name, shard.fileName);
        }
    }
    using contract::Value;
    const Value index =
        Value::object({{"metadata", Value::object({{"total_size", total}})},
                       {"weight_map", Value::Object(places.begin(), places.end())}});
    return contract::toJson(index, 2) + "\n";
}

} // namespace engine::tensors
