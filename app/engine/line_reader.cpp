// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/line_reader.h"

#include <QStringDecoder>

#include <algorithm>

namespace app::engine {

namespace {

contract::Error refused(std::string message)
{
    return {std::string(contract::code::kBadFile), std::move(message), "", ""};
}

bool isUtf8(std::string_view text)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString decoded =
        decoder(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())));
    return !decoder.hasError() && !decoded.isNull();
}

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char character) {
        return static_cast<unsigned char>(character) < 0x80;
    });
}

} // namespace

void LineReader::add(std::string_view bytes, const Take& take)
{
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const bool isWhole = end != std::string_view::npos;
        const std::string_view part = bytes.substr(0, end);
        bytes.remove_prefix(isWhole ? end + 1 : bytes.size());
        const bool isTooLong =
            m_skippedBytes > 0 || m_torn.size() + part.size() + 1 > m_longestLine;
        if (isTooLong) {
            m_skippedBytes += m_torn.size() + part.size();
            m_torn.clear();
        } else if (!isWhole || !m_torn.empty()) {
            m_torn += part;
        }
        if (!isWhole) {
            return;
        }
        if (isTooLong) {
            take(refused("a line of " + std::to_string(m_skippedBytes + 1) + " bytes, and at most "
                         + std::to_string(m_longestLine) + " are allowed"));
        } else {
            deliver(m_torn.empty() ? part : m_torn, take);
        }
        m_torn.clear();
        m_skippedBytes = 0;
    }
}

void LineReader::finish(const Take& take)
{
    if (m_skippedBytes > 0) {
        take(refused("the output ends inside a line of more than " + std::to_string(m_longestLine)
                     + " bytes"));
    } else if (!m_torn.empty()) {
        deliver(m_torn, take);
    }
    m_torn.clear();
    m_skippedBytes = 0;
}

void LineReader::deliver(std::string_view line, const Take& take) const
{
    if (isAscii(line) || isUtf8(line)) {
        take(line);
    } else {
        take(refused("a line that is not UTF-8"));
    }
}

} // namespace app::engine
