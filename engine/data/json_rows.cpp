// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/json_rows.h"

#include "engine/data/refusal.h"

#include <charconv>

namespace engine::data {

namespace {

constexpr int kMaximumDepth = 100; // as in contract::parseJson
constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<RawRow> splitLines(std::string_view text)
{
    std::vector<RawRow> rows;
    int64_t line = 0;
    for (RawRow row = takeLine(text, line); !row.text.empty(); row = takeLine(text, line)) {
        rows.push_back(row);
    }
    return rows;
}

// Cuts one JSON list into its elements by counting brackets outside strings.
class ListSplitter
{
public:
    ListSplitter(std::string_view text, const std::string& file) : m_text(text), m_file(file) {}

    std::vector<RawRow> split()
    {
        std::vector<RawRow> rows;
        skipBlanks();
        ++m_at; // '['
        skipBlanks();
        while (!takes(']')) {
            if (!rows.empty() && !takes(',')) {
                fail(m_line,
                     "a comma or ] must follow the row before",
                     "Repair the list at that line");
            }
            skipBlanks();
            if (peek() == ']' || peek() == ',') {
                fail(m_line, std::string("extra comma before ") + peek(), "Remove the comma");
            }
            rows.push_back(element());
            skipBlanks();
        }
        skipBlanks();
        if (m_at < m_text.size()) {
            fail(m_line,
                 "more data after the list's end",
                 "A file holds one list, or one object per line");
        }
        return rows;
    }

private:
    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }

    bool takes(char wanted)
    {
        if (m_at >= m_text.size()) {
            fail(m_line, "the list is not closed: ] is missing", "The file may be cut off");
        }
        const bool isThere = m_text[m_at] == wanted;
        m_at += isThere ? 1 : 0;
        return isThere;
    }

    void skipBlanks()
    {
        while (m_at < m_text.size() && kBlanks.find(m_text[m_at]) != std::string_view::npos) {
            m_line += m_text[m_at] == '\n' ? 1 : 0;
            ++m_at;
        }
    }

    // From the first quotation mark to behind the last.
    void skipString()
    {
        const int64_t start = m_line;
        for (++m_at; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
            m_line += m_text[m_at] == '\n' ? 1 : 0;
            m_at += m_text[m_at] == '\\' ? 1 : 0;
        }
        if (m_at >= m_text.size()) {
            fail(start, "a text in quotation marks is not closed", "The file may be cut off");
        }
        ++m_at;
    }

    RawRow element()
    {
        const std::size_t start = m_at;
        const int64_t line = m_line;
        int depth = 1;
        while (m_at < m_text.size()) {
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

    [[noreturn]] void fail(int64_t line, std::string_view reason, std::string_view hint) const
    {
        throw refusal(code::kBadData, m_file, line, reason, hint);
    }

    std::string_view m_text;
    const std::string& m_file;
    std::size_t m_at = 0;
    int64_t m_line = 1;
};

// "not valid JSON: at line 2, column 7: …" counts inside the row → the same with the line in the
// file.
std::string reasonOf(const contract::Error& error, int64_t firstLine)
{
    // What the parser read last may be the whole row.
    std::string reason = error.message.substr(0, error.message.find("; last read"));
    constexpr std::string_view kAtLine = "at line ";
    const std::size_t at = reason.find(kAtLine);
    if (at == std::string::npos) {
        return reason;
    }
    const std::string_view number = std::string_view(reason).substr(at + kAtLine.size());
    int64_t line = 1;
    const auto parsed = std::from_chars(number.data(), number.data() + number.size(), line);
    const std::string_view rest =
        number.substr(static_cast<std::size_t>(parsed.ptr - number.data()));
    return reason.substr(0, at) + "line " + std::to_string(firstLine + line - 1)
           + std::string(rest);
}

} // namespace

std::vector<RawRow> splitJsonRows(std::string_view text, const std::string& file)
{
    const std::string_view content = trimmed(text);
    if (content.starts_with('<')) {
        throw refusal(code::kBadData,
                      file,
                      1,
                      "it looks like a web page, not JSON",
                      "The download may have failed; download the file itself");
    }
    if (content.starts_with('[')) {
        std::vector<RawRow> rows = ListSplitter(text, file).split();
        if (rows.empty()) {
            throw refusal(
                code::kBadData, file, 0, "no rows: the list is empty", "Choose a file with rows");
        }
        return rows;
    }
    std::vector<RawRow> rows = splitLines(text);
    const bool isOneObject = rows.size() > 1 && content.starts_with('{')
                             && !contract::parseJson(rows.front().text)
                             && contract::parseJson(content);
    if (isOneObject) {
        return {{content, rows.front().line}};
    }
    return rows;
}

bool beginsAsJsonLines(std::string_view head)
{
    std::string_view text = head;
    int64_t line = 0;
    const std::string_view first = takeLine(text, line).text;
    return !first.empty() && !first.starts_with('<') && !first.starts_with('[')
           && (!first.starts_with('{') || contract::parseJson(first).ok());
}

RawRow takeLine(std::string_view& text, int64_t& line)
{
    while (!text.empty()) {
        ++line;
        const std::size_t end = text.find('\n');
        const std::string_view row = trimmed(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (!row.empty()) {
            return {row, line};
        }
    }
    return {};
}

Value parseRow(const RawRow& row)
{
    const std::size_t nul = row.text.find('\0');
    if (nul != std::string_view::npos) {
        throw RowError{"nul_byte",
                       "a raw NUL byte, " + std::to_string(nul + 1) + " bytes into the row"};
    }
    auto parsed = contract::parseJson(row.text);
    if (!parsed) {
        if (row.text.ends_with(',')
            && contract::parseJson(row.text.substr(0, row.text.size() - 1))) {
            throw RowError{"extra_comma", "extra comma after the object"};
        }
        throw RowError{"bad_json", reasonOf(parsed.error(), row.line)};
    }
    if (!parsed.value().isObject()) {
        throw RowError{"not_an_object",
                       "the row is " + std::string(kindOf(parsed.value()))
                           + R"(, expected an object such as {"prompt": …, "completion": …})"};
    }
    return std::move(parsed).value();
}

} // namespace engine::data
