// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One safetensors file, opened by mapping: its table is checked at once, tensors are views that
// copy nothing.
#pragma once

#include "engine/bridge/safetensors_header.h"
#include "engine/tensors/mapped_file.h"

#include <ATen/core/Tensor.h>

#include <string_view>

namespace engine::tensors {

using at::Tensor;

class SafetensorsFile
{
public:
    // kNotFound, kUnreadable, kBadFile (cut off, overlapping, overflowing, not JSON…).
    static SafetensorsFile open(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_file->path(); }
    const MappedFile& file() const { return *m_file; }
    // In the order of their bytes.
    const std::vector<bridge::TensorEntry>& entries() const { return m_header.entries; }
    const std::map<std::string, std::string>& metadata() const { return m_header.metadata; }
    // Null when there is no such tensor.
    const bridge::TensorEntry* find(std::string_view name) const;

    std::string_view bytes(const bridge::TensorEntry& entry) const;
    // A read-only view of the file's bytes that keeps the mapping alive; writing to it in place is
    // a fault. Copied where the bytes are not aligned to their type. kUnsupported for types other
    // than F32 F16 BF16 F64 I64 I32 I16 I8 U8 BOOL, kBadFile where there is no such tensor.
    Tensor tensor(std::string_view name) const;
    Tensor tensor(const bridge::TensorEntry& entry) const;

private:
    explicit SafetensorsFile(std::shared_ptr<const MappedFile> file);

    std::shared_ptr<const MappedFile> m_file;
    bridge::SafetensorsHeader m_header;
    std::map<std::string, std::size_t, std::less<>> m_positions; // name → index of its entry
};

} // namespace engine::tensors
