// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Bytes of a data file: a bad byte is where it is said to be, and text in any encoding becomes
// UTF-8, the same in pieces of any size.
#include "engine/data/encoding.h"

#include "engine/data/text_source.h"
#include "tests/fuzz/fuzzed.h"

#include <optional>
#include <vector>

using namespace engine::data;

namespace {

void requirePlace(std::string_view content, const BadByte& bad)
{
    std::size_t begin = 0;
    for (int64_t line = 1; line < bad.line; ++line) {
        begin = content.find('\n', begin) + 1;
        fuzz::require(begin > 0, "a bad byte behind the last line");
    }
    const std::size_t place = begin + static_cast<std::size_t>(bad.column) - 1;
    fuzz::require(place < content.size() && static_cast<unsigned char>(content[place]) == bad.byte,
                  "the bad byte is not where it is said to be");
    fuzz::require(!findInvalidUtf8(content.substr(0, begin)), "a bad byte on an earlier line");
}

// As UTF-8, read `room` bytes at a time; nothing when it is refused.
std::optional<std::string> decoded(const std::string& path, std::size_t room)
{
    std::optional<std::string> text;
    fuzz::orRefused([&] {
        FileBytes bytes(path);
        TextSource source(bytes, path, "auto");
        std::string all;
        std::vector<char> piece(room);
        while (const std::size_t count = source.read(piece.data(), room)) {
            all.append(piece.data(), count);
        }
        fuzz::require(!source.isDecoded() || !findInvalidUtf8(all), "decoded into no UTF-8");
        text = all;
    });
    return text;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view content = fuzz::textOf(data, size);
    if (const std::optional<BadByte> bad = findInvalidUtf8(content)) {
        requirePlace(content, *bad);
    }
    const std::size_t first = findNonAscii(content);
    fuzz::require(first == std::string_view::npos || (first < size && data[first] >= 0x80),
                  "what is not ASCII is elsewhere");
    const std::string path = fuzz::fileOf(content, "fuzzed.txt").string();
    fuzz::require(decoded(path, std::size_t{1} << 16) == decoded(path, 64),
                  "another text in small pieces");
    return 0;
}
