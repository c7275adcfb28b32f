// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Where the parts of a torch.save file lie: its pickle and the numbers of its storages.
#pragma once

#include "engine/tensors/mapped_file.h"
#include "engine/tensors/pickle_reader.h"

#include <map>
#include <string_view>

namespace engine::tensors {

// Bytes of one number of a type by its name in safetensors files ("F32": 4).
std::int64_t bytesOfStored(std::string_view type);

class TorchStorages
{
public:
    // Reads the pickle. Throws Failure(bad_file).
    explicit TorchStorages(const MappedFile& file);

    // What was saved.
    const PickleValue& root() const { return *m_root; }
    // All bytes of a storage. Throws Failure(bad_file) where the file lacks it.
    std::string_view storage(std::string_view key) const;

private:
    void readArchive(std::string_view all);
    void readRow(std::string_view all);
    [[noreturn]] void refuse(const std::string& problem) const;

    std::string m_fileName;
    std::unique_ptr<PickleReader> m_reader; // owns what m_root points at
    const PickleValue* m_root = nullptr;
    std::map<std::string, std::string_view, std::less<>> m_storages;
};

} // namespace engine::tensors
