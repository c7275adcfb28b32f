// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/load_notices.h"

#include "engine/contract/suggest.h"
#include "engine/data/formats/registry.h"
#include "engine/data/learned_answers.h"
#include "engine/data/row_shape.h"

#include <algorithm>
#include <set>

namespace engine::data {

namespace {

constexpr std::size_t kLongestExample = 200; // bytes

std::string rowsOf(int64_t rows)
{
    return rows == 1 ? " (1 row)" : " (" + std::to_string(rows) + " rows)";
}

std::string exampleOf(const Value& value)
{
    std::string text = value.isString() ? value.toString() : toJson(value);
    std::size_t end = std::min(text.size(), kLongestExample);
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
        --end;
    }
    text.resize(end);
    return text;
}

bool holdsReplacement(std::string_view text)
{
    return text.find("\xEF\xBF\xBD") != std::string_view::npos
           || text.find("\\ufffd") != std::string_view::npos
           || text.find("\\uFFFD") != std::string_view::npos;
}

} // namespace

bool LoadNotices::noteColumns(const Value& row)
{
    const Value::Object& members = row.toObject();
    const bool isAsBefore = members.size() == m_lastColumns.size()
                            && std::equal(members.begin(),
                                          members.end(),
                                          m_lastColumns.begin(),
                                          [](const Value::Member& member, const std::string& name) {
                                              return member.first == name;
                                          });
    if (isAsBefore) {
        return false;
    }
    m_lastColumns.clear();
    for (const auto& [name, value] : members) {
        m_lastColumns.push_back(name);
        if (m_known.insert(name).second) {
            m_columns.push_back(name);
            m_examples.emplace(name, exampleOf(value));
        }
    }
    return true;
}

void LoadNotices::addRow(const std::string& file,
                         const RawRow& row,
                         const device::Sha256::Digest& digest,
                         const Format& format,
                         Remarks& remarks)
{
    m_repeated.add(digest, row.line);
    ++m_formatRows[&format];
    if (holdsReplacement(row.text)) {
        remarks.push_back(remark::kLostCharacters);
    }
    std::set<std::string_view> seen;
    for (const Remark& remark : remarks) {
        if (seen.insert(remark.code).second) {
            add(remark.code, remark.message, file, row.line);
        }
    }
}

void LoadNotices::add(std::string_view code,
                      std::string_view message,
                      const std::string& file,
                      int64_t line)
{
    Counted& counted = m_remarks[std::string(code)];
    if (counted.rows++ == 0) {
        counted.message = message;
        counted.file = file;
        counted.firstLine = line;
    }
}

std::map<std::string, int64_t> LoadNotices::rowsByFormat() const
{
    std::map<std::string, int64_t> rows;
    for (const auto& [format, count] : m_formatRows) {
        rows.emplace(format->id, count);
    }
    return rows;
}

std::string LoadNotices::format() const
{
    int64_t most = 0;
    std::string id;
    for (const Format* format : formats::all()) {
        const auto found = m_formatRows.find(format);
        if (found != m_formatRows.end() && found->second > most) {
            most = found->second;
            id = format->id;
        }
    }
    return id;
}

std::vector<Problem> LoadNotices::notices(const std::string& file, const ColumnRoles& roles) const
{
    std::vector<Problem> notices;
    for (const auto& [code, counted] : m_remarks) {
        notices.push_back(
            {counted.file, counted.firstLine, code, counted.message + rowsOf(counted.rows)});
    }
    if (m_repeated.count() > 0) {
        notices.push_back({file,
                           m_repeated.firstLine(),
                           "duplicate",
                           "rows that repeat an earlier one are kept" + rowsOf(m_repeated.count())
                               + "; the first repeats line "
                               + std::to_string(m_repeated.repeatedLine())});
    }
    std::vector<std::string> shapes;
    for (const Format* format : formats::all()) {
        const auto found = m_formatRows.find(format);
        if (found != m_formatRows.end()) {
            shapes.push_back(std::to_string(found->second) + " " + std::string(format->id));
        }
    }
    if (shapes.size() > 1) {
        notices.push_back(
            {file, 0, "mixed_formats", "rows of several shapes: " + contract::joined(shapes)});
    }
    for (const Format* format : formats::all()) {
        if (m_formatRows.contains(format) && !learnedAs(format->task).empty()) {
            notices.push_back({file, 0, "other_task", std::string(learnedAs(format->task))});
        }
    }
    std::vector<std::string> unused;
    std::copy_if(m_columns.begin(),
                 m_columns.end(),
                 std::back_inserter(unused),
                 [&](const std::string& column) { return !isUsed(column, roles); });
    if (!unused.empty()) {
        notices.push_back(
            {file, 0, "unused_columns", "columns that are not used: " + listed(unused)});
    }
    return notices;
}

bool LoadNotices::isUsed(const std::string& column, const ColumnRoles& roles) const
{
    if (!roles.empty()) {
        return roles.contains(column);
    }
    return std::any_of(m_formatRows.begin(), m_formatRows.end(), [&](const auto& counted) {
        const auto columns = counted.first->columns;
        return std::find(columns.begin(), columns.end(), column) != columns.end();
    });
}

} // namespace engine::data
