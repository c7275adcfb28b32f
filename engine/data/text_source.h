// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The text of a data file as UTF-8, whatever its encoding; which one that is, is found on the way
// unless it is given.
#pragma once

#include "engine/bridge/text_decoder.h"
#include "engine/data/encoding.h"
#include "engine/data/file_bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine::data {

class TextSource
{
public:
    // `encoding`: "auto", or a name. Throws Failure: kUnsupported for files that are no text,
    // kBadData for UTF-32 and empty files, kBadField for an unknown name.
    TextSource(FileBytes& bytes, const std::string& path, const std::string& encoding);

    // Fills up to `room` bytes, which may end inside a character; 0 at the end.
    std::size_t read(char* into, std::size_t room);

    // Goes on at `byte` of a text in UTF-8 in a file that is not gzip.
    void goOn(uint64_t byte);

    // "utf-8", "cp949", …, with " with byte order mark" where there is one. ASCII is UTF-8.
    std::string encoding() const;
    bool isDecoded() const { return m_decoder.has_value(); }
    // Of a decoded text: how many bytes meant nothing and became U+FFFD, and where the first was.
    int64_t badBytes() const { return m_badBytes; }
    const BadByte& firstBad() const { return m_firstBad; }

private:
    void begin(const std::string& asked);
    void setEncoding(const std::string& name);
    std::size_t readRaw(char* into, std::size_t room);
    std::size_t readDecoded(char* into, std::size_t room);
    std::size_t decide(char* into, std::size_t count, std::size_t firstNonAscii);
    void note(const bridge::DecodedText& decoded);
    void passed(std::string_view text);

    FileBytes& m_bytes;
    std::string m_path;
    std::string m_encoding = "utf-8";
    bool m_hasMark = false;
    bool m_isDecided = false;
    std::string m_raw; // read ahead, from m_rawGiven on
    std::size_t m_rawGiven = 0;
    std::optional<bridge::TextDecoder> m_decoder;
    std::string m_text; // decoded, from m_textGiven on
    std::size_t m_textGiven = 0;
    bool m_isDecoded = false; // to the end
    int64_t m_badBytes = 0;
    BadByte m_firstBad;
    int64_t m_line = 1; // behind what was decoded, or is ASCII
    int64_t m_column = 1;
};

} // namespace engine::data
