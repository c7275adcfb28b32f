// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/text_source.h"

#include "engine/data/refusal.h"

#include <algorithm>
#include <cstring>

namespace engine::data {

namespace {

constexpr std::size_t kHeadBytes = 4096;
constexpr std::size_t kUtf8MarkBytes = 3;
constexpr std::size_t kPieceBytes = 64 << 10;

// The WHATWG's name of an encoding that people call otherwise.
std::string_view labelOf(std::string_view name)
{
    return name == "cp949" ? "windows-949" : name;
}

} // namespace

TextSource::TextSource(FileBytes& bytes, const std::string& path, const std::string& encoding)
    : m_bytes(bytes), m_path(path)
{
    m_raw.resize(kHeadBytes);
    std::size_t filled = 0;
    while (filled < m_raw.size()) {
        const std::size_t count = m_bytes.read(m_raw.data() + filled, m_raw.size() - filled);
        if (count == 0) {
            break;
        }
        filled += count;
    }
    m_raw.resize(filled);
    if (m_raw.empty()) {
        throw refusal(code::kBadData, path, 0, "the file is empty", "Choose a file with rows");
    }
    requireText(m_raw, path);
    begin(encoding);
}

void TextSource::begin(const std::string& asked)
{
    const ByteOrder order = byteOrderOf(m_raw, m_path);
    const bool isAsked = asked != "auto";
    if (!isAsked || asked == order.encoding) {
        m_rawGiven = order.markBytes;
        m_hasMark = order.markBytes > 0;
    }
    if (isAsked || !order.encoding.empty()) {
        setEncoding(isAsked ? asked : std::string(order.encoding));
    }
}

void TextSource::setEncoding(const std::string& name)
{
    m_isDecided = true;
    m_encoding = name;
    if (name != "utf-8") {
        m_decoder.emplace(labelOf(name));
    }
}

void TextSource::goOn(uint64_t byte)
{
    m_isDecided = true;
    m_raw.clear();
    m_rawGiven = 0;
    m_bytes.seek(byte + (m_hasMark ? kUtf8MarkBytes : 0));
}

std::string TextSource::encoding() const
{
    return m_encoding + (m_hasMark ? " with byte order mark" : "");
}

std::size_t TextSource::read(char* into, std::size_t room)
{
    if (m_decoder) {
        return readDecoded(into, room);
    }
    const std::size_t count = readRaw(into, room);
    if (m_isDecided) {
        return count;
    }
    const std::size_t first = std::min(findNonAscii({into, count}), count);
    passed({into, first});
    return first == count ? count : decide(into, count, first);
}

std::size_t TextSource::readRaw(char* into, std::size_t room)
{
    if (m_rawGiven == m_raw.size()) {
        return m_bytes.read(into, room);
    }
    const std::size_t count = std::min(room, m_raw.size() - m_rawGiven);
    std::memcpy(into, m_raw.data() + m_rawGiven, count);
    m_rawGiven += count;
    return count;
}

// Looks at what follows the first byte beyond ASCII. What was given before is the same in every
// encoding that is left.
std::size_t TextSource::decide(char* into, std::size_t count, std::size_t firstNonAscii)
{
    std::string sample(into + firstNonAscii, count - firstNonAscii);
    while (sample.size() < kPieceBytes) {
        const std::size_t filled = sample.size();
        sample.resize(kPieceBytes);
        const std::size_t more = readRaw(sample.data() + filled, sample.size() - filled);
        sample.resize(filled + more);
        if (more == 0) {
            break;
        }
    }
    setEncoding(guessEncoding(std::string_view(sample).substr(0, kPieceBytes)));
    m_raw.replace(0, m_rawGiven, sample);
    m_rawGiven = 0;
    return firstNonAscii > 0 ? firstNonAscii : read(into, count);
}

std::size_t TextSource::readDecoded(char* into, std::size_t room)
{
    while (m_textGiven == m_text.size() && !m_isDecoded) {
        std::string piece(kPieceBytes, '\0');
        piece.resize(readRaw(piece.data(), piece.size()));
        m_isDecoded = piece.empty();
        bridge::DecodedText decoded = m_decoder->decode(piece, m_isDecoded);
        note(decoded);
        m_text = std::move(decoded.text);
        m_textGiven = 0;
    }
    const std::size_t count = std::min(room, m_text.size() - m_textGiven);
    std::memcpy(into, m_text.data() + m_textGiven, count);
    m_textGiven += count;
    return count;
}

// Counts lines and remembers the first byte that means nothing.
void TextSource::note(const bridge::DecodedText& decoded)
{
    const std::string_view text = decoded.text;
    if (m_badBytes == 0 && !decoded.bad.empty()) {
        const std::string_view before = text.substr(0, decoded.bad.front());
        const std::size_t lineEnd = before.rfind('\n');
        const bool isSameLine = lineEnd == std::string_view::npos;
        m_firstBad.line = m_line + std::count(before.begin(), before.end(), '\n');
        m_firstBad.column = isSameLine ? m_column + static_cast<int64_t>(before.size())
                                       : static_cast<int64_t>(before.size() - lineEnd);
    }
    m_badBytes += static_cast<int64_t>(decoded.bad.size());
    passed(text);
}

// Moves line and column behind `text`.
void TextSource::passed(std::string_view text)
{
    const std::size_t lineEnd = text.rfind('\n');
    m_line += std::count(text.begin(), text.end(), '\n');
    m_column = lineEnd == std::string_view::npos ? m_column + static_cast<int64_t>(text.size())
                                                 : static_cast<int64_t>(text.size() - lineEnd);
}

} // namespace engine::data
