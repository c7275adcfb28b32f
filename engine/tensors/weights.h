// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The weights of a model wherever they lie: model.safetensors, an index with its shards, the same
// of torch's files, or one file named directly. Opening checks every header; tensors are read when
// they are asked for.
#pragma once

#include "engine/tensors/tensor_file.h"

#include <functional>

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

    // These weights by the names that `nameOf` gives them; those it gives none ("") are left out.
    // kBadFile where two would have one name.
    Weights renamed(const std::function<std::string(const std::string&)>& nameOf) const;

    // What was opened: for messages.
    const std::filesystem::path& path() const { return m_path; }
    // Sorted.
    const std::vector<std::string>& names() const { return m_names; }
    // Shard by shard, from front to back.
    std::vector<std::string> namesInFileOrder() const;
    const std::vector<std::shared_ptr<const TensorFile>>& shards() const { return m_shards; }

    bool has(std::string_view name) const { return m_places.contains(name); }
    // As the file names it. kBadModel naming the tensor when there is none.
    const bridge::TensorEntry& entry(std::string_view name) const;
    std::string_view bytes(std::string_view name) const;
    // See TensorFile::tensor().
    Tensor tensor(std::string_view name) const;

private:
    explicit Weights(std::filesystem::path path) : m_path(std::move(path)) {}
    void addFile(const std::filesystem::path& file);
    void addIndex(const std::filesystem::path& index);
    void listNames();
    struct Place
    {
        std::size_t shard = 0;  // position in m_shards
        std::string storedName; // in it
    };
    const Place& placeOf(std::string_view name) const;

    std::filesystem::path m_path;
    std::vector<std::shared_ptr<const TensorFile>> m_shards;
    std::map<std::string, Place, std::less<>> m_places; // of every tensor
    std::vector<std::string> m_names;
};

} // namespace engine::tensors
