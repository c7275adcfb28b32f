// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a data file's bytes are: text in which encoding, or something to refuse in plain words (zip,
// Excel, a PDF, …).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine::data {

struct BadByte
{
    int64_t line = 0;   // 1-based
    int64_t column = 0; // 1-based, in bytes
    unsigned char byte = 0;
};

// The first byte that is not part of well-formed UTF-8 (RFC 3629).
std::optional<BadByte> findInvalidUtf8(std::string_view text);

// Position of the first byte that is not ASCII, npos when all are.
std::size_t findNonAscii(std::string_view text);

// Throws Failure(kUnsupported) for files that are no text, told by their first bytes.
void requireText(std::string_view head, const std::string& file);

struct ByteOrder
{
    std::string_view encoding; // "utf-8", "utf-16le", "utf-16be"; "" when the bytes do not tell
    std::size_t markBytes = 0; // of the byte order mark
};

// By the byte order mark, or by the zeros between the ASCII characters of UTF-16. Throws
// Failure(kBadData) for UTF-32.
ByteOrder byteOrderOf(std::string_view head, const std::string& file);

// The encoding of text that is not all ASCII: "utf-8" (also with a few stray bytes), "cp949",
// "iso-8859-1" (Latin-1), "windows-1252", or another one of the WHATWG's names in lower case.
std::string guessEncoding(std::string_view sample);

} // namespace engine::data
