// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a data file's bytes are: UTF-8 text, or something to refuse in plain words (compressed,
// Excel, Parquet, UTF-16, CP949). Nothing is ever decoded by guessing.
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
    bool looksKorean = false; // the line reads as CP949
};

// The first byte that is not part of well-formed UTF-8 (RFC 3629).
std::optional<BadByte> findInvalidUtf8(std::string_view text);

struct FileText
{
    std::string_view text; // of the given content, without its byte order mark
    std::string encoding;  // "utf-8" or "utf-8 with byte order mark"
    bool isUtf8 = true;    // false: it holds a stray byte
};

// Throws Failure: kUnsupported for gzip, zip, Excel, Parquet, … told by their first bytes; kBadData
// for UTF-16 and UTF-32 (also without a mark), for text in CP949 (with the line), and for an empty
// file. A stray bad byte is left to whoever reads the rows.
FileText fileText(std::string_view content, const std::string& file);

// The check for CP949 alone, of a later part of a file that begins at `firstLine`: false where it
// holds a stray byte.
bool requireNotCp949(std::string_view text, const std::string& file, int64_t firstLine);

} // namespace engine::data
