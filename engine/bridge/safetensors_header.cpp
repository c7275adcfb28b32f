// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/bridge/safetensors_header.h"

#include "engine/bridge/rust_side.h"

namespace engine::bridge {

SafetensorsHeader parseSafetensorsHeader(const unsigned char* head,
                                         size_t available,
                                         uint64_t fileSize,
                                         const std::string& fileName)
{
    const auto read = orFailure(code::kBadFile, "Copy or download the file again.", fileName, [&] {
        return rust_side::read_safetensors_header({head, available}, fileSize);
    });
    SafetensorsHeader header;
    header.entries.reserve(read.tensors.size());
    for (const auto& tensor : read.tensors) {
        header.entries.push_back({std::string(tensor.name),
                                  std::string(tensor.dtype),
                                  {tensor.shape.begin(), tensor.shape.end()},
                                  tensor.begin,
                                  tensor.end});
    }
    for (const auto& item : read.metadata) {
        header.metadata.emplace(std::string(item.key), std::string(item.value));
    }
    return header;
}

} // namespace engine::bridge
