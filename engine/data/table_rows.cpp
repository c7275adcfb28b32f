// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/table_rows.h"

#include "engine/data/refusal.h"

#include <algorithm>
#include <set>

namespace engine::data {

TableRows::TableRows(TextBuffer& buffer, const std::string& file, TableDialect dialect)
    : m_buffer(buffer), m_file(file), m_dialect(std::move(dialect))
{
    if (m_dialect.columns.size() > kMostMembers) {
        throw refusal(code::kBadData,
                      file,
                      1,
                      "the table has " + std::to_string(m_dialect.columns.size())
                          + " columns; at most " + std::to_string(kMostMembers) + " are read",
                      "Keep the columns to learn from");
    }
    std::set<std::string> names;
    for (const std::string& name : m_dialect.columns) {
        if (!names.insert(name).second) {
            throw refusal(code::kBadData,
                          file,
                          1,
                          "the column \"" + name + "\" is there twice",
                          "Rename or remove one of them");
        }
    }
}

bool TableRows::next(RawRow& row)
{
    while (true) {
        const std::string_view text = m_buffer.text();
        if (text.empty() && m_buffer.isRead()) {
            return false;
        }
        const TableRecord record = takeRecord(text, m_dialect, m_buffer.isRead(), false);
        if (record.length == 0 && !m_buffer.isRead()) {
            m_buffer.grow(m_line);
            continue;
        }
        if (record.length == 0) {
            const auto before = text.substr(0, record.openQuote);
            throw refusal(code::kBadData,
                          m_file,
                          m_line + std::count(before.begin(), before.end(), '\n'),
                          "a quotation mark opens a cell here and is not closed",
                          "Close it, or write it twice where it is a character");
        }
        std::string_view line = text.substr(0, record.length);
        row.line = m_line;
        m_line += std::count(line.begin(), line.end(), '\n');
        m_buffer.take(record.length);
        line.remove_suffix(line.ends_with('\n') ? 1 : 0);
        line.remove_suffix(line.ends_with('\r') ? 1 : 0);
        row.text = line;
        const bool isHeader = m_isFirst && m_dialect.hasHeader;
        if (isBlank(line)) {
            continue;
        }
        m_isFirst = false;
        if (!isHeader) {
            return true;
        }
    }
}

std::optional<RowPlace> TableRows::place() const
{
    return RowPlace{m_buffer.taken(), m_line - 1};
}

void TableRows::goOn(const RowPlace& place)
{
    m_line = place.line + 1;
    m_isFirst = place.byte == 0;
}

Value TableRows::parse(const RawRow& row, Remarks& remarks)
{
    TableRecord record = takeRecord(row.text, m_dialect, true, true);
    if (record.length == 0) {
        throw RowError{"open_quote", "a quotation mark opens a cell and is not closed"};
    }
    if (record.length < row.text.size()) { // of an edit: files are cut into rows before
        throw RowError{"several_rows", "the text holds more than one row of the table"};
    }
    if (record.columns != m_dialect.columns.size()) {
        throw RowError{"cell_count",
                       std::to_string(record.columns) + " cells, but the table has "
                           + std::to_string(m_dialect.columns.size()) + " columns"};
    }
    if (record.hasStrayQuote) {
        remarks.push_back(remark::kStrayQuote);
    }
    const std::size_t nul = row.text.find('\0');
    if (nul != std::string_view::npos) {
        throw RowError{"nul_byte",
                       "a raw NUL byte, " + std::to_string(nul + 1) + " bytes into the row"};
    }
    const std::optional<BadByte> bad = findInvalidUtf8(row.text);
    if (bad) {
        throw RowError{"bad_utf8",
                       "not UTF-8 at line " + std::to_string(row.line + bad->line - 1) + ", byte "
                           + std::to_string(bad->column)};
    }
    Value::Object members;
    for (std::size_t i = 0; i < record.cells.size(); ++i) {
        members.emplace_back(m_dialect.columns[i], std::move(record.cells[i]));
    }
    return members;
}

} // namespace engine::data
