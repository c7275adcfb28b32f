// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The checked table of contents of a safetensors file. Nothing beyond the header is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace engine::bridge {

struct TensorEntry
{
    std::string name;
    std::string dtype; // "F32", "BF16", "I64", … as the file spells it
    std::vector<int64_t> shape;
    uint64_t begin = 0; // bytes from the start of the file
    uint64_t end = 0;
};

struct SafetensorsHeader
{
    std::vector<TensorEntry> entries; // in the order of their bytes
    std::map<std::string, std::string> metadata;
};

// Reads the header in the first `available` bytes of a file of `fileSize` bytes; a mapped file
// passes all of it, others at least 8 bytes and the length these state. Afterwards every entry lies
// inside the file, its bytes fit its shape, and entries neither overlap nor leave holes. Failure
// kBadFile names `fileName`, the tensor and the numbers.
SafetensorsHeader parseSafetensorsHeader(const unsigned char* head,
                                         size_t available,
                                         uint64_t fileSize,
                                         const std::string& fileName);

} // namespace engine::bridge
