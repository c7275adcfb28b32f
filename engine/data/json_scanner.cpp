// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/json_scanner.h"

#include "engine/data/json_rows.h"
#include "engine/data/refusal.h"

namespace engine::data {

namespace {

constexpr int kMaximumDepth = 100; // as in contract::parseJson

} // namespace

bool JsonScanner::isAtEnd()
{
    while (m_at >= m_text.size() && m_more) {
        const std::string_view longer = m_more(m_line);
        if (longer.empty()) {
            break;
        }
        m_text = longer;
    }
    return m_at >= m_text.size();
}

char JsonScanner::peek()
{
    return isAtEnd() ? '\0' : m_text[m_at];
}

void JsonScanner::skipBlanks()
{
    while (!isAtEnd() && kBlanks.find(m_text[m_at]) != std::string_view::npos) {
        m_line += m_text[m_at] == '\n' ? 1 : 0;
        ++m_at;
    }
}

bool JsonScanner::takes(char wanted)
{
    if (isAtEnd()) {
        fail(m_line, "the list is not closed: ] is missing", "The file may be cut off");
    }
    const bool isThere = m_text[m_at] == wanted;
    m_at += isThere ? 1 : 0;
    return isThere;
}

// From the first quotation mark to behind the last.
void JsonScanner::skipString()
{
    const int64_t start = m_line;
    for (++m_at; !isAtEnd() && m_text[m_at] != '"'; ++m_at) {
        m_line += m_text[m_at] == '\n' ? 1 : 0;
        m_at += m_text[m_at] == '\\' ? 1 : 0;
    }
    if (isAtEnd()) {
        fail(start, "a text in quotation marks is not closed", "The file may be cut off");
    }
    ++m_at;
}

RawRow JsonScanner::value()
{
    const std::size_t start = m_at;
    const int64_t line = m_line;
    int depth = 1;
    while (!isAtEnd()) {
        const char c = m_text[m_at];
        const bool closes = c == ']' || c == '}';
        if (depth == 1 && (closes || c == ',')) {
            break;
        }
        if (c == '"') {
            skipString();
            continue;
        }
        depth += c == '[' || c == '{' ? 1 : closes ? -1 : 0;
        if (depth > kMaximumDepth) {
            fail(m_line, "nested too deeply: more than 100 levels", "Rows are flat objects");
        }
        m_line += c == '\n' ? 1 : 0;
        ++m_at;
        if (depth == 1 && closes) {
            break;
        }
    }
    if (depth > 1) {
        fail(line, "the row that starts here is not closed", "The file may be cut off");
    }
    return {trimmed(m_text.substr(start, m_at - start)), line};
}

void JsonScanner::restart(std::string_view text, int64_t line)
{
    m_line = line;
    m_text = text;
    m_at = 0;
}

void JsonScanner::fail(int64_t line, std::string_view reason, std::string_view hint) const
{
    throw refusal(code::kBadData, m_file, line, reason, hint);
}

} // namespace engine::data
