// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/tensor_file.h"

#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/tensors/safetensors_file.h"
#include "engine/tensors/torch_file.h"

namespace engine::tensors {

namespace {

// What `git clone` leaves where Git LFS is not set up. Source: git-lfs, docs/spec.md.
constexpr std::string_view kPointer = "version https://git-lfs.github.com/spec/";

void refusePointer(const std::filesystem::path& path)
{
    const auto file = MappedFile::open(path);
    if (file->view(0, file->size()).starts_with(kPointer)) {
        throw Failure(code::kBadFile,
                      path.string() + " only points at the weights: Git LFS has not fetched them",
                      "Run `git lfs pull` in the model's folder, or download the file itself",
                      path.string());
    }
}

} // namespace

TensorFile::TensorFile(std::shared_ptr<const MappedFile> file,
                       std::vector<bridge::TensorEntry> entries,
                       std::map<std::string, std::string> metadata)
    : m_file(std::move(file)), m_entries(std::move(entries)), m_metadata(std::move(metadata))
{
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        m_positions.emplace(m_entries[i].name, i);
    }
}

const bridge::TensorEntry* TensorFile::find(std::string_view name) const
{
    const auto found = m_positions.find(name);
    return found == m_positions.end() ? nullptr : &m_entries[found->second];
}

Tensor TensorFile::tensor(std::string_view name) const
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

c10::ScalarType TensorFile::typeOf(const bridge::TensorEntry& entry) const
{
    const auto type = device::safetensorsDtype(entry.dtype);
    if (!type) {
        throw Failure(code::kUnsupported,
                      path().string() + ": tensor " + entry.name + " is stored as " + entry.dtype
                          + ", which is not supported",
                      "Store it as F32, F16 or BF16",
                      path().string());
    }
    return *type;
}

std::size_t TensorFile::positionOf(const bridge::TensorEntry& entry) const
{
    return m_positions.find(entry.name)->second;
}

std::shared_ptr<const TensorFile> openTensorFile(const std::filesystem::path& path)
{
    refusePointer(path);
    if (isTorchFileName(path)) {
        return TorchFile::open(path);
    }
    return std::make_shared<const SafetensorsFile>(SafetensorsFile::open(path));
}

} // namespace engine::tensors
