// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A file of torch.save: a zip archive (torch 1.6 on) or the older row of pickles. Its pickle is
// read by PickleReader, which runs nothing. Tensors may share storages and lie in them with any
// strides.
#pragma once

#include "engine/tensors/tensor_file.h"

#include <mutex>

namespace engine::tensors {

// .bin .pt .pth .ckpt .pkl
bool isTorchFileName(const std::filesystem::path& path);

class TorchFile final : public TensorFile
{
public:
    // What is saved must be a dict; tensors of dicts inside it are named with dots
    // ("model.norm.weight"), what is neither dict nor tensor is left out. kNotFound, kUnreadable;
    // kBadFile: no torch file, cut off, damaged, a pickle that asks for more than tensors, a tensor
    // beyond its storage; kUnsupported: complex or quantised numbers.
    static std::shared_ptr<const TorchFile> open(const std::filesystem::path& path);

    using TensorFile::tensor;
    // Tensors with other than row-major strides are copied at the first call, and kept.
    std::string_view bytes(const bridge::TensorEntry& entry) const override;
    Tensor tensor(const bridge::TensorEntry& entry) const override;

    // An entry with its strides, in numbers.
    struct Placed
    {
        bridge::TensorEntry entry; // begin and end: the part of the storage it spans
        std::vector<std::int64_t> strides;
        bool isRowMajor = true;
    };

private:
    TorchFile(std::shared_ptr<const MappedFile> file, std::vector<Placed> tensors);

    std::vector<Placed> m_placed; // as entries()
    mutable std::mutex m_mutex;   // guards m_copies
    mutable std::map<std::size_t, Tensor> m_copies;
};

} // namespace engine::tensors
