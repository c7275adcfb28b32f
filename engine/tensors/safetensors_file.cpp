// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/safetensors_file.h"

#include "engine/device/dtypes.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <cstring>

namespace engine::tensors {

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path)
{
    auto file = MappedFile::open(path);
    bridge::SafetensorsHeader header = bridge::parseSafetensorsHeader(
        file->data(), file->size(), file->size(), file->path().string());
    return SafetensorsFile(std::move(file), std::move(header));
}

SafetensorsFile::SafetensorsFile(std::shared_ptr<const MappedFile> file,
                                 bridge::SafetensorsHeader header)
    : TensorFile(std::move(file), std::move(header.entries), std::move(header.metadata))
{
}

std::string_view SafetensorsFile::bytes(const bridge::TensorEntry& entry) const
{
    return file().view(entry.begin, entry.end);
}

Tensor SafetensorsFile::tensor(const bridge::TensorEntry& entry) const
{
    const c10::ScalarType type = typeOf(entry);
    const auto options = at::TensorOptions().dtype(type);
    const std::string_view stored = bytes(entry);
    if (stored.empty()) {
        return at::empty(entry.shape, options);
    }
    if (reinterpret_cast<std::uintptr_t>(stored.data()) % device::bytesOf(type) != 0) {
        Tensor copy = at::empty(entry.shape, options);
        std::memcpy(copy.data_ptr(), stored.data(), stored.size());
        return copy;
    }
    return at::from_blob(
        const_cast<char*>(stored.data()), entry.shape, [file = mapping()](void*) {}, options);
}

} // namespace engine::tensors
