// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/json_document.h"

#include "engine/contract/suggest.h"
#include "engine/data/formats/registry.h"
#include "engine/data/json_rows.h"
#include "engine/data/refusal.h"

#include <algorithm>

namespace engine::data {

namespace {

bool isScalar(const RawRow& value)
{
    return !value.text.starts_with('{') && !value.text.starts_with('[');
}

} // namespace

JsonDocument::JsonDocument(TextBuffer& buffer,
                           const std::string& file,
                           const std::string& part,
                           const ColumnRoles& roles)
    : m_buffer(buffer), m_file(file), m_scanner(buffer.text(), m_file, 1, [this](int64_t line) {
          return m_buffer.grow(line) ? m_buffer.text() : std::string_view();
      })
{
    m_scanner.skipBlanks();
    m_isList = m_scanner.takes('[');
    if (m_isList && !part.empty()) {
        throw refusal(
            code::kBadData, file, 0, "a list of rows has no part " + part, "Name the file alone");
    }
    if (!m_isList) {
        readObject(part, roles);
    }
}

bool JsonDocument::next(RawRow& row)
{
    return m_isList ? nextElement(row) : m_hasParts ? nextOfParts(row) : nextObject(row);
}

bool JsonDocument::nextElement(RawRow& row)
{
    m_buffer.take(m_scanner.position());
    m_scanner.restart(m_buffer.text(), m_scanner.line());
    m_scanner.skipBlanks();
    if (m_scanner.takes(']')) {
        m_scanner.skipBlanks();
        if (m_scanner.peek() != '\0') {
            m_scanner.fail(m_scanner.line(),
                           "more data after the list's end",
                           "A file holds one list, or one object per line");
        }
        if (m_isFirst) {
            m_scanner.fail(0, "no rows: the list is empty", "Choose a file with rows");
        }
        return false;
    }
    if (!m_isFirst && !m_scanner.takes(',')) {
        m_scanner.fail(m_scanner.line(),
                       "a comma or ] must follow the row before",
                       "Repair the list at that line");
    }
    m_isFirst = false;
    m_scanner.skipBlanks();
    const char c = m_scanner.peek();
    if (c == ']' || c == ',') {
        m_scanner.fail(
            m_scanner.line(), std::string("extra comma before ") + c, "Remove the comma");
    }
    row = m_scanner.value();
    return true;
}

bool JsonDocument::nextObject(RawRow& row)
{
    m_buffer.take(m_scanner.position());
    m_scanner.restart(m_buffer.text(), m_scanner.line());
    m_scanner.skipBlanks();
    if (m_scanner.peek() == '\0') {
        return false;
    }
    if (m_scanner.peek() != '{') {
        m_scanner.fail(
            m_scanner.line(), "more data after the object's end", "A file holds objects or a list");
    }
    row = m_scanner.value();
    return true;
}

bool JsonDocument::nextOfParts(RawRow& row)
{
    if (m_at == m_rows.size()) {
        return false;
    }
    row = m_rows[m_at++];
    return true;
}

Value JsonDocument::parse(const RawRow& row, Remarks& remarks)
{
    return parseJsonRow(row, remarks);
}

// Whether the object is a row, the first of several, or holds the rows in its lists.
void JsonDocument::readObject(const std::string& part, const ColumnRoles& roles)
{
    m_buffer.allow(kMaximumObjectBytes);
    const std::size_t begin = m_scanner.position();
    RawRow object = m_scanner.value();
    const std::size_t length = object.text.size();
    m_scanner.skipBlanks();
    object.text = m_buffer.text().substr(begin, length);
    const bool isAlone = m_scanner.peek() == '\0';
    std::vector<Part> lists = isAlone ? listsOf(object) : std::vector<Part>();
    const bool isTable =
        !lists.empty() && std::all_of(lists.begin(), lists.end(), [&](const Part& list) {
            return list.rows.size() == lists.front().rows.size()
                   && std::all_of(list.rows.begin(), list.rows.end(), isScalar);
        });
    const auto parsed = contract::parseJson(object.text);
    const bool isKnown = parsed
                         && (formats::bestMatch(parsed.value())
                             || std::any_of(roles.begin(), roles.end(), [&](const auto& role) {
                                    return parsed.value().contains(role.first);
                                }));
    const bool isRow = lists.empty() || (!isTable && isKnown);
    if (isRow && part.empty()) {
        m_scanner.restart(m_buffer.text(), 1);
        return;
    }
    m_hasParts = true;
    if (isTable) {
        joinColumns(lists);
        return;
    }
    std::vector<std::string> names;
    for (const Part& list : lists) {
        names.push_back(list.name);
    }
    const std::string train = part.empty() ? "train" : part;
    const auto chosen = std::find(names.begin(), names.end(), train);
    if (chosen == names.end() && !part.empty()) {
        throw refusal(code::kBadData,
                      m_file,
                      0,
                      "the file has no part " + part,
                      "Its parts: " + contract::joined(names));
    }
    for (Part& list : lists) {
        if (chosen == names.end() || list.name == train) {
            m_rows.insert(m_rows.end(), list.rows.begin(), list.rows.end());
        } else {
            m_otherParts.push_back(list.name);
        }
    }
}

std::vector<JsonDocument::Part> JsonDocument::listsOf(const RawRow& object) const
{
    std::vector<Part> lists;
    JsonScanner scanner(object.text, m_file, object.line);
    scanner.takes('{');
    scanner.skipBlanks();
    while (scanner.peek() == '"') {
        Part part;
        // The name is a value of its own: it ends with its quotation mark.
        const std::size_t begin = scanner.position();
        std::size_t end = object.text.find('"', begin + 1);
        while (end != std::string_view::npos && object.text[end - 1] == '\\') {
            end = object.text.find('"', end + 1);
        }
        part.name = object.text.substr(begin + 1, end - begin - 1);
        const RawRow member = scanner.value(); // "name": value
        const std::string_view value =
            trimmed(object.text.substr(end + 1, scanner.position() - end - 1));
        const std::size_t colon = value.find(':');
        const std::string_view list = trimmed(value.substr(colon + 1));
        if (list.starts_with('[')) {
            const auto lines = std::count(member.text.data(), list.data(), '\n');
            JsonScanner items(list, m_file, member.line + lines);
            items.takes('[');
            items.skipBlanks();
            while (!items.takes(']')) {
                part.rows.push_back(items.value());
                items.skipBlanks();
                if (items.peek() != ']' && !items.takes(',')) {
                    items.fail(items.line(),
                               "a comma or ] must follow the row before",
                               "Repair the list at that line");
                }
                items.skipBlanks();
            }
            lists.push_back(std::move(part));
        }
        scanner.skipBlanks();
        if (scanner.peek() == ',') {
            scanner.takes(',');
        }
        scanner.skipBlanks();
    }
    return lists;
}

// {"a": [1, 2], "b": [3, 4]} → {"a": 1, "b": 3}, {"a": 2, "b": 4}
void JsonDocument::joinColumns(const std::vector<Part>& columns)
{
    const std::size_t count = columns.front().rows.size();
    m_made.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::string row;
        for (const Part& column : columns) {
            row += row.empty() ? "{\"" : ", \"";
            row += column.name + "\": ";
            row += column.rows[i].text;
        }
        m_made.push_back(row + "}");
        m_rows.push_back({m_made.back(), columns.front().rows[i].line});
    }
}

} // namespace engine::data
