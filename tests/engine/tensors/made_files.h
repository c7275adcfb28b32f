// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Files for the tests of this folder: made on the spot, or from the shared inputs where these are
// there.
#pragma once

#include "engine/device/files.h"
#include "tests/support/failing.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace tests {

// Empty when the shared inputs are not there; the test then skips.
inline std::filesystem::path sharedModel(const std::string& name)
{
    const std::string shared =
        qEnvironmentVariable("LORA_SHARED", QStringLiteral(LORA_SOURCE_DIR "/../shared"))
            .toStdString();
    const auto path = std::filesystem::path(shared) / "models" / name;
    return std::filesystem::exists(path) ? path : std::filesystem::path();
}

// `size` bytes, lowest first.
inline std::string littleEndian(std::uint64_t value, std::size_t size)
{
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) {
        bytes.push_back(static_cast<char>(value >> (8 * i)));
    }
    return bytes;
}

// A safetensors file with this header, padding included by the caller, and these data.
inline std::string safetensorsBytes(std::string_view header, std::string_view data)
{
    return littleEndian(header.size(), 8) + std::string(header) + std::string(data);
}

inline std::filesystem::path
put(const QTemporaryDir& folder, const std::string& name, std::string_view bytes)
{
    const auto path = pathOf(folder) / name;
    std::filesystem::remove(path); // a new file, so that mappings of the old one stay whole
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

} // namespace tests
