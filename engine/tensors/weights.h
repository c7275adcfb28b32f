// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The weights of a model wherever they lie: model.safetensors, an index with its shards, the same
// of torch's files, or one file named directly. Opening checks every header; tensors are read when
// they are asked for.
#pragma once

#include "engine/tensors/tensor_file.h"

namespace engine::tensors {

inline constexpr std::string_view kSingleFileName = "model.safetensors";
inline constexpr std::string_view kIndexFileName = "model.safetensors.index.json";
inline constexpr std::string_view kTorchFileName = "pytorch_model.bin";
inline constexpr std::string_view kTorchIndexFileName = "pytorch_model.bin.index.json";

class Weights
{
public:
    // A folder, in which safetensors go before torch's files, or a file. kNotFound names what was
    // looked for, or the missing shard; kBadFile for a damaged file or index or a pickle that asks
    // for more than tensors. Shards are plain names beside the index; they may be links.
    static Weights open(const std::filesystem::path& path);

    // What was opened: for messages.
    const std::filesystem::path& path() const { return m_path; }
    // Sorted.
    const std::vector<std::string>& names() const { return m_names; }
    const std::vector<std::shared_ptr<const TensorFile>>& shards() const { return m_shards; }

    bool has(std::string_view name) const { return m_shardOf.contains(name); }
    // kBadModel naming the tensor when there is none.
    const bridge::TensorEntry& entry(std::string_view name) const;
    std::string_view bytes(std::string_view name) const;
    // See TensorFile::tensor().
    Tensor tensor(std::string_view name) const;

private:
    explicit Weights(std::filesystem::path path) : m_path(std::move(path)) {}
    void addFile(const std::filesystem::path& file);
    void addIndex(const std::filesystem::path& index);
    void listNames();
    const TensorFile& shardOf(std::string_view name) const;

    std::filesystem::path m_path;
    std::vector<std::shared_ptr<const TensorFile>> m_shards;
    std::map<std::string, std::size_t, std::less<>> m_shardOf; // tensor → position in m_shards
    std::vector<std::string> m_names;
};

} // namespace engine::tensors
