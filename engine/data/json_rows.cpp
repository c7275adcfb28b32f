// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/json_rows.h"

#include <algorithm>
#include <charconv>

namespace engine::data {

namespace {

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

// {"column_1": …, "column_2": …} of a list that holds no lists and objects.
Value rowOfList(const Value& list)
{
    Value row = Value::Object();
    for (const Value& item : list.toList()) {
        if (item.isList() || item.isObject()) {
            return {};
        }
        row.set("column_" + std::to_string(row.toObject().size() + 1), item);
    }
    return row;
}

// Whether it, or a value inside, is an object of more members than are read.
bool hasTooManyMembers(const Value& value)
{
    const Value::Object& members = value.toObject();
    return members.size() > kMostMembers
           || std::any_of(
               members.begin(),
               members.end(),
               [](const Value::Member& member) { return hasTooManyMembers(member.second); })
           || std::any_of(value.toList().begin(), value.toList().end(), hasTooManyMembers);
}

void requireFewMembers(const Value& row, std::size_t bytes)
{
    constexpr std::size_t kLeastBytes = 5; // "":0,
    const bool isLongList = row.toList().size() > kMostMembers;
    if (isLongList || (bytes > kLeastBytes * kMostMembers && hasTooManyMembers(row))) {
        throw RowError{"too_many_members",
                       "more than " + std::to_string(kMostMembers) + " members in one object"};
    }
}

contract::Result<Value> parseMended(const RawRow& row, Remarks& remarks)
{
    auto parsed = contract::parseJson(row.text);
    if (!parsed && row.text.ends_with(',')) {
        auto mended = contract::parseJson(row.text.substr(0, row.text.size() - 1));
        if (mended) {
            remarks.push_back(remark::kExtraComma);
            return mended;
        }
    }
    return parsed;
}

} // namespace

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

Value parseJsonRow(const RawRow& row, Remarks& remarks)
{
    const std::size_t nul = row.text.find('\0');
    if (nul != std::string_view::npos) {
        throw RowError{"nul_byte",
                       "a raw NUL byte, " + std::to_string(nul + 1) + " bytes into the row"};
    }
    auto parsed = parseMended(row, remarks);
    if (!parsed) {
        throw RowError{"bad_json", reasonOf(parsed.error(), row.line)};
    }
    Value value = std::move(parsed).value();
    requireFewMembers(value, row.text.size());
    if (value.isList() && value.toList().size() > 1) {
        Value made = rowOfList(value);
        if (made.isObject()) {
            return made;
        }
    }
    if (!value.isObject()) {
        throw RowError{"not_an_object",
                       "the row is " + std::string(kindOf(value))
                           + R"(, expected an object such as {"prompt": …, "completion": …})"};
    }
    return value;
}

bool JsonLines::next(RawRow& row)
{
    std::size_t searched = 0;
    while (true) {
        const std::string_view text = m_buffer.text();
        const std::size_t end = text.find('\n', searched);
        if (end == std::string_view::npos && !m_buffer.isRead()) {
            searched = text.size();
            m_buffer.grow(m_line + 1);
            continue;
        }
        if (text.empty()) {
            return false;
        }
        ++m_line;
        searched = 0;
        row = {trimmed(text.substr(0, end)), m_line};
        m_buffer.take(end == std::string_view::npos ? text.size() : end + 1);
        if (!row.text.empty()) {
            return true;
        }
    }
}

} // namespace engine::data
