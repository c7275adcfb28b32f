// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/encoding.h"

#include "engine/data/refusal.h"
#include "engine/data/row.h"

#include <algorithm>
#include <cstring>

namespace engine::data {

namespace {

using namespace std::string_view_literals;

struct Signature
{
    std::string_view bytes;
    std::string_view reason;
    std::string_view hint;
};

constexpr Signature kSignatures[] = {
    {"\x1f\x8b"sv, "compressed (gzip); unpack it first", "gunzip unpacks it"},
    {"PK\x03\x04"sv,
     "an Excel or zip file (it begins with PK), not text",
     "Unpack it; from a spreadsheet, save it as CSV and convert that to JSON Lines"},
    {"\xD0\xCF\x11\xE0"sv,
     "an old Excel or Office file, not text",
     "Save it as CSV and convert that to JSON Lines"},
    {"PAR1"sv, "a Parquet file, which this version does not read", "Convert it to JSON Lines"},
    {"ARROW1"sv, "an Arrow file, which this version does not read", "Convert it to JSON Lines"},
    {"\x28\xB5\x2F\xFD"sv, "compressed (zstd); unpack it first", "zstd -d unpacks it"},
    {"\xFD"
     "7zXZ"sv,
     "compressed (xz); unpack it first",
     "xz -d unpacks it"},
    {"BZh"sv, "compressed (bzip2); unpack it first", "bunzip2 unpacks it"},
    {"%PDF-"sv, "a PDF, not text", "Export its text first"},
};

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// "UTF-16 little-endian", … by the byte order mark or by the zeros between ASCII characters; "" for
// anything else.
std::string_view wideEncoding(std::string_view text)
{
    if (text.starts_with("\xFF\xFE\0\0"sv) || text.starts_with("\0\0\xFE\xFF"sv)) {
        return "UTF-32";
    }
    const auto isAscii = [&](std::size_t i) { return text[i] > 0; };
    const bool hasFour = text.size() >= 4;
    if (text.starts_with("\xFF\xFE"sv)
        || (hasFour && isAscii(0) && text[1] == 0 && isAscii(2) && text[3] == 0)) {
        return "UTF-16 (little-endian)";
    }
    if (text.starts_with("\xFE\xFF"sv)
        || (hasFour && text[0] == 0 && isAscii(1) && text[2] == 0 && isAscii(3))) {
        return "UTF-16 (big-endian)";
    }
    return {};
}

// Length of the well-formed sequence at `at`, 0 when there is none.
std::size_t sequenceLength(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() - at < length) {
        return 0;
    }
    // The second byte's range excludes overlong forms, surrogates and what lies beyond U+10FFFF.
    const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (byte(1) < low || byte(1) > high) {
        return 0;
    }
    for (std::size_t i = 2; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

// True when the line is made of ASCII and CP949 pairs, mostly Hangul syllables.
bool looksLikeCp949(std::string_view line)
{
    int pairs = 0;
    int hangul = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const auto lead = static_cast<unsigned char>(line[i]);
        if (lead < 0x80) {
            continue;
        }
        if (lead == 0x80 || lead == 0xFF || ++i == line.size()) {
            return false;
        }
        const auto trail = static_cast<unsigned char>(line[i]);
        const bool isLetter = (trail >= 'A' && trail <= 'Z') || (trail >= 'a' && trail <= 'z');
        if (!isLetter && (trail < 0x81 || trail == 0xFF)) {
            return false;
        }
        ++pairs;
        hangul += lead >= 0xB0 && lead <= 0xC8 && trail >= 0xA1 ? 1 : 0;
    }
    return hangul >= 2 && hangul * 2 >= pairs;
}

} // namespace

std::optional<BadByte> findInvalidUtf8(std::string_view text)
{
    std::size_t at = 0;
    while (at < text.size()) {
        uint64_t many[4] = {};
        while (text.size() - at >= sizeof many) {
            std::memcpy(many, text.data() + at, sizeof many);
            if (((many[0] | many[1] | many[2] | many[3]) & 0x8080808080808080u) != 0) {
                break;
            }
            at += sizeof many;
        }
        uint64_t eight = 0;
        if (text.size() - at >= sizeof eight) {
            std::memcpy(&eight, text.data() + at, sizeof eight);
            if ((eight & 0x8080808080808080u) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        const std::size_t length = at < text.size() ? sequenceLength(text, at) : 1;
        if (length == 0) {
            break;
        }
        at += length;
    }
    if (at >= text.size()) {
        return std::nullopt;
    }
    const std::size_t previous = text.substr(0, at).rfind('\n');
    const std::size_t start = previous == std::string_view::npos ? 0 : previous + 1;
    const std::string_view line = text.substr(start, text.find('\n', at) - start);
    return BadByte{
        .line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'),
        .column = static_cast<int64_t>(at - start) + 1,
        .byte = static_cast<unsigned char>(text[at]),
        .looksKorean = looksLikeCp949(line)};
}

FileText fileText(std::string_view content, const std::string& file)
{
    if (content.empty()) {
        throw refusal(code::kBadData, file, 0, "the file is empty", "Choose a file with rows");
    }
    for (const Signature& signature : kSignatures) {
        if (content.starts_with(signature.bytes)) {
            throw refusal(code::kUnsupported, file, 0, signature.reason, signature.hint);
        }
    }
    const std::string_view wide = wideEncoding(content);
    if (!wide.empty()) {
        throw refusal(code::kBadData,
                      file,
                      1,
                      "the text is " + std::string(wide) + ", only UTF-8 is read",
                      "Save it as UTF-8");
    }
    const bool hasMark = content.starts_with(kByteOrderMark);
    const std::string_view text = hasMark ? content.substr(kByteOrderMark.size()) : content;
    const bool isUtf8 = requireNotCp949(text, file, 1);
    if (isBlank(text)) {
        throw refusal(
            code::kBadData, file, 0, "the file is empty: blanks only", "Choose a file with rows");
    }
    return {text, hasMark ? "utf-8 with byte order mark" : "utf-8", isUtf8};
}

bool requireNotCp949(std::string_view text, const std::string& file, int64_t firstLine)
{
    const std::optional<BadByte> bad = findInvalidUtf8(text);
    if (bad && bad->looksKorean) {
        throw refusal(code::kBadData,
                      file,
                      firstLine + bad->line - 1,
                      "not UTF-8; the line looks like CP949 (Korean Windows)",
                      "Save it as UTF-8, for example with: iconv -f CP949 -t UTF-8");
    }
    return !bad;
}

} // namespace engine::data
