// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/encoding.h"

#include "engine/bridge/text_decoder.h"
#include "engine/data/refusal.h"

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
    {"PK\x03\x04"sv,
     "an Excel or zip file (it begins with PK), not text",
     "Unpack it; from a spreadsheet, save it as CSV"},
    {"\xD0\xCF\x11\xE0"sv, "an old Excel or Office file, not text", "Save it as CSV"},
    {"\x1f\x8b"sv, "compressed twice (gzip inside gzip)", "gzip -d unpacks it once"},
    {"ARROW1"sv, "an Arrow file, which this version does not read", "Convert it to JSON Lines"},
    {"\x28\xB5\x2F\xFD"sv, "compressed (zstd); unpack it first", "zstd -d unpacks it"},
    {"\xFD"
     "7zXZ"sv,
     "compressed (xz); unpack it first",
     "xz -d unpacks it"},
    {"BZh"sv, "compressed (bzip2); unpack it first", "bunzip2 unpacks it"},
    {"%PDF-"sv, "a PDF, not text", "Export its text first"},
};

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

struct Sequences
{
    std::size_t good = 0; // of several bytes
    std::size_t bad = 0;  // stray bytes
};

Sequences countSequences(std::string_view text)
{
    Sequences count;
    std::size_t at = findNonAscii(text);
    while (at < text.size()) {
        const std::size_t length = sequenceLength(text, at);
        const bool isCutOff = length == 0 && text.size() - at < 4;
        count.good += length > 1 ? 1 : 0;
        count.bad += length == 0 && !isCutOff ? 1 : 0;
        at += std::max<std::size_t>(length, 1);
    }
    return count;
}

// True when the text beyond ASCII is nearly all pairs of CP949, mostly Hangul syllables.
bool looksLikeCp949(std::string_view text)
{
    int pairs = 0;
    int hangul = 0;
    int strays = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            continue;
        }
        const auto trail = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0xA1);
        const bool isLetter = (trail >= 'A' && trail <= 'Z') || (trail >= 'a' && trail <= 'z');
        if (lead == 0x80 || lead == 0xFF || (!isLetter && (trail < 0x81 || trail == 0xFF))) {
            ++strays;
            continue;
        }
        ++i;
        ++pairs;
        hangul += lead >= 0xB0 && lead <= 0xC8 && trail >= 0xA1 ? 1 : 0;
    }
    return hangul >= 2 && hangul * 2 >= pairs && strays * 20 <= pairs;
}

bool hasC1Bytes(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x80 && static_cast<unsigned char>(c) < 0xA0;
    });
}

// "utf-16le" or "utf-16be" when one byte of many pairs is zero and never the other one.
std::string_view wideEncoding(std::string_view text)
{
    const auto isAscii = [&](std::size_t i) { return text[i] > 0; };
    const bool hasFour = text.size() >= 4;
    if (hasFour && isAscii(0) && text[1] == 0 && isAscii(2) && text[3] == 0) {
        return "utf-16le";
    }
    if (hasFour && text[0] == 0 && isAscii(1) && text[2] == 0 && isAscii(3)) {
        return "utf-16be";
    }
    const std::size_t pairs = text.size() / 2;
    std::size_t zeros[2] = {};
    for (std::size_t i = 0; i < 2 * pairs; ++i) {
        zeros[i % 2] += text[i] == 0 ? 1 : 0;
    }
    for (const std::size_t side : {0u, 1u}) {
        if (pairs >= 16 && zeros[side] * 10 >= pairs && zeros[1 - side] == 0) {
            return side == 1 ? "utf-16le" : "utf-16be";
        }
    }
    return {};
}

} // namespace

std::optional<BadByte> findInvalidUtf8(std::string_view text)
{
    std::size_t at = 0;
    while (at < text.size()) {
        at += std::min(findNonAscii(text.substr(at)), text.size() - at);
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
    return BadByte{
        .line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'),
        .column = static_cast<int64_t>(at - start) + 1,
        .byte = static_cast<unsigned char>(text[at])};
}

std::size_t findNonAscii(std::string_view text)
{
    constexpr uint64_t kHighBits = 0x8080808080808080u;
    std::size_t at = 0;
    uint64_t many[4] = {};
    while (text.size() - at >= sizeof many) {
        std::memcpy(many, text.data() + at, sizeof many);
        if (((many[0] | many[1] | many[2] | many[3]) & kHighBits) != 0) {
            break;
        }
        at += sizeof many;
    }
    while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) {
        ++at;
    }
    return at < text.size() ? at : std::string_view::npos;
}

void requireText(std::string_view head, const std::string& file)
{
    for (const Signature& signature : kSignatures) {
        if (head.starts_with(signature.bytes)) {
            throw refusal(code::kUnsupported, file, 0, signature.reason, signature.hint);
        }
    }
}

ByteOrder byteOrderOf(std::string_view head, const std::string& file)
{
    if (head.starts_with("\xFF\xFE\0\0"sv) || head.starts_with("\0\0\xFE\xFF"sv)) {
        throw refusal(
            code::kBadData, file, 1, "the text is UTF-32, which is not read", "Save it as UTF-8");
    }
    if (head.starts_with("\xEF\xBB\xBF")) {
        return {"utf-8", 3};
    }
    if (head.starts_with("\xFF\xFE")) {
        return {"utf-16le", 2};
    }
    if (head.starts_with("\xFE\xFF")) {
        return {"utf-16be", 2};
    }
    return {wideEncoding(head), 0};
}

std::string guessEncoding(std::string_view sample)
{
    const Sequences found = countSequences(sample);
    if (found.bad == 0 || found.good >= 4 * found.bad) {
        return "utf-8";
    }
    if (looksLikeCp949(sample)) {
        return "cp949";
    }
    std::string name = bridge::guessEncoding(sample);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (name == "euc-kr") {
        return "cp949";
    }
    return name == "windows-1252" && !hasC1Bytes(sample) ? "iso-8859-1" : name;
}

} // namespace engine::data
