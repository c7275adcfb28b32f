// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/base_hash.h"

#include "engine/contract/value.h"
#include "engine/device/cache_folder.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/device/sha256.h"
#include "engine/tensors/mapped_pages.h"

#include <ATen/Parallel.h>

#include <atomic>

namespace engine::tensors {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kHashDigits = 64;

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

std::optional<std::string> cached(const fs::path& file)
{
    try {
        const std::string text = device::readFile(file, kHashDigits);
        const bool isHash = text.size() == kHashDigits
                            && text.find_first_not_of("0123456789abcdef") == std::string::npos;
        return isHash ? std::optional(text) : std::nullopt;
    } catch (const Failure&) {
        return std::nullopt;
    }
}

void remember(const fs::path& file, const std::string& hash)
{
    try {
        std::error_code ignored;
        fs::create_directories(file.parent_path(), ignored);
        device::writeFileAtomically(file, hash);
    } catch (const Failure&) {
        return; // the next time computes it again
    }
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
    const fs::path folder = device::cacheFolder();
    if (folder.empty()) {
        return computed(weights);
    }
    const fs::path file = folder / "hashes" / cacheKey(weights);
    if (const auto known = cached(file)) {
        return *known;
    }
    const std::string hash = computed(weights);
    remember(file, hash);
    return hash;
}

} // namespace engine::tensors
