// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Writes a safetensors file with two tensors in memory at a time: one being written and hashed by
// threads of the writer, one being made by the caller. Same tensors, same metadata → same bytes.
#pragma once

#include "engine/device/atomic_file.h"
#include "engine/device/sha256.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <future>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine::tensors {

using at::Tensor;
using Metadata = std::map<std::string, std::string>;

// What a tensor will be, before it is there.
struct TensorSpec
{
    std::string name;
    c10::ScalarType dtype;
    std::vector<std::int64_t> shape;

    std::uint64_t bytes() const;
};

// Written aside and published by finish(); without it the destructor removes what was written.
class SafetensorsWriter
{
public:
    // Writes the header, padded with spaces so that the data begin at a multiple of 8. kDiskFull
    // when the whole file will not fit; kInternal for a name that stands twice or is
    // "__metadata__".
    SafetensorsWriter(const std::filesystem::path& path,
                      std::vector<TensorSpec> specs,
                      const Metadata& metadata = {});

    SafetensorsWriter(const SafetensorsWriter&) = delete;
    SafetensorsWriter& operator=(const SafetensorsWriter&) = delete;
    ~SafetensorsWriter();

    // The next tensor of the specs: same name, dtype and shape (else kInternal), on the CPU. A
    // large one is written while the caller makes the next: it must not change any more, and what
    // goes wrong is thrown by the next call.
    void write(std::string_view name, const Tensor& tensor);
    // After the last tensor: fsync and rename. Returns the file's SHA-256, computed while it was
    // written.
    std::string finish();

private:
    void awaitWriting();
    void writeBytes(std::string_view bytes);

    std::vector<TensorSpec> m_specs;
    std::size_t m_next = 0;
    device::AtomicFile m_file;
    device::Sha256 m_hash;
    std::future<void> m_writing; // of the tensor before
};

// All of it in one call, in the given order.
void saveTensors(const std::filesystem::path& path,
                 const std::vector<std::pair<std::string, Tensor>>& tensors,
                 const Metadata& metadata = {});

} // namespace engine::tensors
