// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One file of named tensors, opened by mapping: its table is checked at once, numbers are read when
// they are asked for. safetensors_file.h and torch_file.h say how each kind is read.
#pragma once

#include "engine/bridge/safetensors_header.h"
#include "engine/tensors/mapped_file.h"

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace engine::tensors {

using at::Tensor;

class TensorFile
{
public:
    virtual ~TensorFile() = default;

    const std::filesystem::path& path() const { return m_file->path(); }
    const MappedFile& file() const { return *m_file; }
    // In the order of their bytes.
    const std::vector<bridge::TensorEntry>& entries() const { return m_entries; }
    // What the file says of itself; empty where its kind has no place for that.
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }
    // Null when there is no such tensor.
    const bridge::TensorEntry* find(std::string_view name) const;

    // The numbers in row-major order, as they are stored.
    virtual std::string_view bytes(const bridge::TensorEntry& entry) const = 0;
    // A read-only view of the file's bytes that keeps the mapping alive; writing to it in place is
    // a fault. Copied where the bytes are not aligned to their type or not in row-major order.
    // kUnsupported for types other than F32 F16 BF16 F64 I64 I32 I16 I8 U8 BOOL.
    virtual Tensor tensor(const bridge::TensorEntry& entry) const = 0;
    // As above; kBadFile where there is no such tensor.
    Tensor tensor(std::string_view name) const;

protected:
    TensorFile(std::shared_ptr<const MappedFile> file,
               std::vector<bridge::TensorEntry> entries,
               std::map<std::string, std::string> metadata);

    const std::shared_ptr<const MappedFile>& mapping() const { return m_file; }
    // kUnsupported naming the tensor.
    c10::ScalarType typeOf(const bridge::TensorEntry& entry) const;
    std::size_t positionOf(const bridge::TensorEntry& entry) const;

private:
    std::shared_ptr<const MappedFile> m_file;
    std::vector<bridge::TensorEntry> m_entries;
    std::map<std::string, std::string> m_metadata;
    std::map<std::string, std::size_t, std::less<>> m_positions; // name → index of its entry
};

// The file of either kind, told apart by its name: .bin .pt .pth .ckpt .pkl are torch's, all others
// safetensors. kNotFound, kUnreadable, kBadFile, kUnsupported.
std::shared_ptr<const TensorFile> openTensorFile(const std::filesystem::path& path);

} // namespace engine::tensors
