// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/safetensors_file.h"

#include "engine/device/dtypes.h"
#include "engine/device/failure.h"

#include <cstring>

namespace engine::tensors {

namespace {

c10::ScalarType typeOf(const bridge::TensorEntry& entry, const std::filesystem::path& path)
{
    const auto type = device::safetensorsDtype(entry.dtype);
    if (!type) {
        throw Failure(code::kUnsupported,
                      path.string() + ": tensor " + entry.name + " is stored as " + entry.dtype
                          + ", which is not supported",
                      "Store it as F32, F16 or BF16",
                      path.string());
    }
    return *type;
}

} // namespace

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path)
{
    return SafetensorsFile(MappedFile::open(path));
}

SafetensorsFile::SafetensorsFile(std::shared_ptr<const MappedFile> file)
    : m_file(std::move(file)),
      m_header(bridge::parseSafetensorsHeader(
          m_file->data(), m_file->size(), m_file->size(), m_file->path().string()))
{
    for (std::size_t i = 0; i < m_header.entries.size(); ++i) {
        m_positions.emplace(m_header.entries[i].name, i);
    }
}

const bridge::TensorEntry* SafetensorsFile::find(std::string_view name) const
{
    const auto found = m_positions.find(name);
    return found == m_positions.end() ? nullptr : &m_header.entries[found->second];
}

std::string_view SafetensorsFile::bytes(const bridge::TensorEntry& entry) const
{
    return m_file->view(entry.begin, entry.end);
}

Tensor SafetensorsFile::tensor(std::string_view name) const
{
    const bridge::TensorEntry* entry = find(name);
    if (entry == nullptr) {
        throw Failure(code::kBadFile,
                      path().string() + " has no tensor " + std::string(name),
                      "Check that this is the file you meant",
                      path().string());
    }
    return tensor(*entry);
}

Tensor SafetensorsFile::tensor(const bridge::TensorEntry& entry) const
{
    const c10::ScalarType type = typeOf(entry, path());
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
        const_cast<char*>(stored.data()), entry.shape, [file = m_file](void*) {}, options);
}

} // namespace engine::tensors
