// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The note beside a file of the cache folder, and behind a NUL byte the file: it is believed only
// while its bytes are those that were noted.
#include "engine/device/sha256.h"
#include "engine/tensors/cached_file.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr int64_t kVersion = 1;
    std::string_view rest = fuzz::textOf(data, size);
    const std::string_view note = fuzz::nextFile(rest);
    fuzz::fileOf(note, "cached/weights.json");
    const auto path = fuzz::fileOf(rest, "cached/weights.safetensors");
    fuzz::orRefused([&] {
        const auto file = tensors::MappedFile::open(path);
        if (tensors::isAsNoted(*file, kVersion)) {
            fuzz::require(note.find(device::sha256Hex(rest)) != std::string_view::npos,
                          "believed without its hash");
            fuzz::require(tensors::isAsNoted(*file, kVersion), "believed only once");
        }
    });
    return 0;
}
