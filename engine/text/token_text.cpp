// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/token_text.h"

#include <array>
#include <cstdio>
#include <map>

namespace engine::text {

namespace {

constexpr std::string_view kMetaspace = "▁";
constexpr std::string_view kReplacement = "\uFFFD";

// Bytes of the character that begins at `at`: 1 to 4, or 0 when it is no whole UTF-8 character.
std::size_t characterLength(std::string_view bytes, std::size_t at)
{
    const auto lead = static_cast<unsigned char>(bytes[at]);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || at + length > bytes.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((static_cast<unsigned char>(bytes[at + i]) & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

// Character → byte of byte-level vocabularies. Source: GPT-2's bytes_to_unicode (encoder.py):
// printable bytes stand for themselves, the others follow from U+0100 in order.
const std::map<std::string, char>& byteLevelAlphabet()
{
    static const std::map<std::string, char> alphabet = [] {
        std::map<std::string, char> made;
        int next = 256;
        for (int byte = 0; byte < 256; ++byte) {
            const bool isPrintable =
                (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
            const int point = isPrintable ? byte : next++;
            std::string character;
            if (point >= 0x80) {
                character += static_cast<char>(0xC0 | (point >> 6));
            }
            character += static_cast<char>(point < 0x80 ? point : 0x80 | (point & 0x3F));
            made[character] = static_cast<char>(byte);
        }
        return made;
    }();
    return alphabet;
}

// The bytes that a piece of a byte-level vocabulary stands for; empty when it is none.
std::string byteLevelBytes(std::string_view piece)
{
    std::string bytes;
    for (std::size_t at = 0; at < piece.size();) {
        const std::size_t length = characterLength(piece, at);
        const auto found = byteLevelAlphabet().find(std::string(piece.substr(at, length)));
        if (length == 0 || found == byteLevelAlphabet().end()) {
            return {};
        }
        bytes += found->second;
        at += length;
    }
    return bytes;
}

// Whole characters as they are, other bytes as "<0xED>".
std::string readable(std::string_view bytes)
{
    std::string text;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t length = characterLength(bytes, at);
        if (length == 0) {
            std::array<char, 8> hex;
            std::snprintf(
                hex.data(), hex.size(), "<0x%02X>", static_cast<unsigned char>(bytes[at]));
            text += hex.data();
        }
        text += bytes.substr(at, length);
        at += std::max<std::size_t>(length, 1);
    }
    return text;
}

} // namespace

std::string tokenText(const Tokenizer& tokenizer, int64_t id)
{
    std::string piece = tokenizer.piece(id);
    if (tokenizer.bridge().isSpecial(id)) {
        return piece;
    }
    for (std::size_t at = piece.find(kMetaspace); at != std::string::npos;
         at = piece.find(kMetaspace, at)) {
        piece.replace(at, kMetaspace.size(), " ");
    }
    if (piece.find(' ') != std::string::npos) {
        return piece; // decoding it alone would drop a leading space
    }
    std::string text = tokenizer.bridge().decode({id}, false);
    if (text.find(kReplacement) == std::string::npos) {
        return text.empty() ? piece : text;
    }
    const std::string bytes = byteLevelBytes(piece);
    return bytes.empty() ? piece : readable(bytes);
}

} // namespace engine::text
