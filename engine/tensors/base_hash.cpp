// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/base_hash.h"

#include "engine/contract/value.h"
#include "engine/device/known_hashes.h"
#include "engine/device/sha256.h"
#include "engine/tensors/mapped_pages.h"

#include <ATen/Parallel.h>

#include <atomic>

namespace engine::tensors {

namespace {

// Everything the answer depends on: the files as they are and which of their tensors count.
std::string cacheKey(const Weights& weights)
{
    device::Sha256 hash;
    for (const auto& shard : weights.shards()) {
        hash.update(shard->file().identity() + "\n");
    }
    for (const std::string& name : weights.names()) {
        hash.update(std::to_string(name.size()) + " " + name
                    + std::to_string(weights.entry(name).begin));
    }
    return hash.hex();
}

// In the order of names. The threads take a tensor at a time: their sizes differ.
std::vector<std::string> tensorHashes(const Weights& weights)
{
    const std::vector<std::string>& names = weights.names();
    std::vector<std::string> hashes(names.size());
    std::atomic<std::size_t> next = 0;
    const int64_t threads = at::get_num_threads();
    at::parallel_for(0, threads, 1, [&](int64_t, int64_t) {
        for (std::size_t i = next++; i < names.size(); i = next++) {
            const std::string_view bytes = weights.bytes(names[i]);
            hashes[i] = device::sha256Hex(bytes);
            letGoOfPages(bytes.data(), bytes.size());
        }
    });
    return hashes;
}

std::string computed(const Weights& weights)
{
    using contract::Value;
    const std::vector<std::string> hashes = tensorHashes(weights);
    device::Sha256 hash;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        const std::string& name = weights.names()[i];
        const bridge::TensorEntry& entry = weights.entry(name);
        const Value line = Value::List{name, entry.dtype, Value::list(entry.shape), hashes[i]};
        hash.update(contract::toJson(line) + "\n");
    }
    return hash.hex();
}

} // namespace

std::string baseHash(const Weights& weights)
{
    const std::string key = cacheKey(weights);
    if (std::string known = device::knownHash(key); !known.empty()) {
        return known;
    }
    std::string hash = computed(weights);
    device::rememberHash(key, hash);
    return hash;
}

} // namespace engine::tensors
