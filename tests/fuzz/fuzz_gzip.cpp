// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Bytes of a file, unpacked where they are gzip: the same however they are read, within what the
// file may grow to, and hashed as they lie on disk.
#include "engine/data/expansion.h"
#include "engine/data/file_bytes.h"
#include "tests/fuzz/fuzzed.h"

#include <optional>

using namespace engine;

namespace {

// What is there, read `room` bytes at a time; nothing when it is refused.
std::optional<std::string> content(const std::string& path, std::size_t room)
{
    std::optional<std::string> all;
    fuzz::orRefused([&] {
        data::FileBytes bytes(path);
        std::string read;
        std::string piece(room, '\0');
        while (const std::size_t count = bytes.read(piece.data(), room)) {
            fuzz::require(count <= room, "more than there is room for");
            read.append(piece, 0, count);
        }
        fuzz::require(read.size() <= data::mostUnpackedBytes(bytes.fileBytes()),
                      "grown beyond its limit");
        fuzz::require(bytes.sha256() == device::sha256File(path), "another hash than the file's");
        all = std::move(read);
    });
    return all;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::textOf(data, size);
    const std::string path = fuzz::fileOf(text, "fuzzed.gz").string();
    const std::optional<std::string> wide = content(path, std::size_t{1} << 16);
    fuzz::require(wide == content(path, 7), "other bytes in small pieces");
    fuzz::require(text.starts_with("\x1f\x8b") || wide == text, "other bytes than the file's");
    return 0;
}
