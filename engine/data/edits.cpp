// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/edits.h"

#include "engine/contract/suggest.h"
#include "engine/data/json_rows.h"
#include "engine/data/refusal.h"
#include "engine/device/files.h"

#include <algorithm>

namespace engine::data {

namespace {

constexpr uint64_t kMaximumFileBytes = uint64_t{1} << 30;

const std::vector<std::string> kActions = {
    "change", "replace", "text", "delete", "restore", "columns", "encoding"};
const std::vector<std::string> kRowKeys = {
    "sha256", "index", "change", "replace", "text", "delete", "repeats", "restore"};

bool contains(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

int digitOf(char letter)
{
    if (letter >= '0' && letter <= '9') {
        return letter - '0';
    }
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

device::Sha256::Digest digestOf(const Value& text)
{
    device::Sha256::Digest digest = {};
    const std::string& digits = text.toString();
    bool isHash = digits.size() == 2 * digest.size();
    for (std::size_t i = 0; isHash && i < digest.size(); ++i) {
        const int high = digitOf(digits[2 * i]);
        const int low = digitOf(digits[2 * i + 1]);
        isHash = high >= 0 && low >= 0;
        digest[i] = static_cast<std::uint8_t>(isHash ? 16 * high + low : 0);
    }
    if (!isHash) {
        throw RowError{"bad_hash", "`sha256` is not 64 lower-case hexadecimal digits"};
    }
    return digest;
}

std::string actionOf(const Value& edit)
{
    std::string action;
    for (const std::string& name : kActions) {
        if (!edit.contains(name)) {
            continue;
        }
        if (!action.empty()) {
            throw RowError{"two_actions", "`" + action + "` and `" + name + "` in one edit"};
        }
        action = name;
    }
    if (action.empty()) {
        throw RowError{"no_action", "an edit has one of " + contract::joined(kActions)};
    }
    return action;
}

void requireObject(const Value& edit, const std::string& name)
{
    if (!edit[name].isObject() || edit[name].toObject().empty()) {
        throw RowError{"not_an_object",
                       "`" + name + "` is " + std::string(kindOf(edit[name]))
                           + (edit[name].isObject() ? " without members" : "")
                           + ", expected {column: value}"};
    }
}

// Blanks may be cells of a table.
std::string withoutLineEnds(std::string_view text)
{
    const std::size_t first = text.find_first_not_of("\r\n");
    return std::string(text.substr(first, text.find_last_not_of("\r\n") - first + 1));
}

void requireText(const Value& edit, const std::string& name)
{
    if (!edit[name].isString() || trimmed(edit[name].toString()).empty()) {
        throw RowError{"not_text",
                       "`" + name + "` is "
                           + (edit[name].isString() ? "blank" : std::string(kindOf(edit[name])))
                           + ", expected the row as it should stand in the file"};
    }
}

void requireTrue(const Value& edit, const std::string& name)
{
    if (edit.contains(name) && !edit[name].toBool()) {
        throw RowError{"not_true", "`" + name + "` can only be true"};
    }
}

void requireKnownKeys(const Value& edit, const std::vector<std::string>& keys)
{
    for (const auto& [name, value] : edit.toObject()) {
        if (!contains(keys, name)) {
            throw RowError{"unknown_key",
                           "unknown key `" + name + "`. "
                               + contract::suggestion(name, keys, "keys")};
        }
    }
}

} // namespace

Value RowEdit::applied(const Value& row) const
{
    const bool isReplaced = replacement && replacement->isObject(); // of a text `row` is read
    if (!isReplaced && !row.isObject()) {
        throw RowError{"edit_of_no_object",
                       "the edit changes members of a row that has none; it can only be replaced"};
    }
    Value result = isReplaced ? *replacement : row;
    Value::Object members;
    for (const auto& [name, value] : result.toObject()) {
        if (!changes.contains(name)) {
            members.emplace_back(name, value);
        } else if (!changes[name].isNull()) {
            members.emplace_back(name, changes[name]);
        }
    }
    for (const auto& [name, value] : changes.toObject()) {
        if (!value.isNull() && !result.contains(name)) {
            members.emplace_back(name, value);
        }
    }
    return members;
}

Edits Edits::load(const std::string& path)
{
    Edits edits;
    edits.m_path = path;
    const std::string content = device::readFile(path, kMaximumFileBytes);
    edits.m_sha256 = device::sha256Hex(content);
    std::string_view rest = content;
    while (!rest.empty()) {
        ++edits.m_line;
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const RawRow row{trimmed(line), edits.m_line};
        if (row.text.empty()) {
            continue;
        }
        try {
            Remarks remarks;
            edits.add(parseJsonRow(row, remarks));
        } catch (const RowError& error) {
            throw refusal(code::kBadData,
                          path,
                          row.line,
                          error.reason,
                          "docs/formats.md describes the edits of a data file");
        }
    }
    try {
        checkRoles(edits.m_columns);
    } catch (const Failure& failure) {
        throw refusal(code::kBadData, path, 0, failure.error().message, failure.error().hint);
    }
    return edits;
}

void Edits::add(const Value& edit)
{
    const std::string action = actionOf(edit);
    if (action == "columns") {
        requireKnownKeys(edit, {"columns"});
        addColumns(edit["columns"]);
        return;
    }
    if (action == "encoding") {
        requireKnownKeys(edit, {"encoding"});
        if (!edit[action].isString()) {
            throw RowError{"not_text", "`encoding` is not the name of one"};
        }
        m_encoding = edit[action].toString();
        return;
    }
    requireKnownKeys(edit, kRowKeys);
    const device::Sha256::Digest digest = digestOf(edit["sha256"]);
    requireTrue(edit, "delete");
    requireTrue(edit, "restore");
    requireTrue(edit, "repeats");
    if (edit.contains("repeats") && action != "delete") {
        throw RowError{"repeats_of_no_delete", "`repeats` belongs to `delete`"};
    }
    if (action == "restore") {
        m_rows.erase(digest);
        return;
    }
    RowEdit& row = m_rows[digest];
    row.line = m_line;
    row.isDeleted = action == "delete";
    row.onlyRepeats = edit.contains("repeats");
    if (action == "replace") {
        requireObject(edit, action);
        row.replacement = edit[action];
        row.changes = Value::Object();
    } else if (action == "text") {
        requireText(edit, action);
        row.replacement = Value(withoutLineEnds(edit[action].toString()));
        row.changes = Value::Object();
    } else if (action == "change") {
        requireObject(edit, action);
        for (const auto& [name, value] : edit[action].toObject()) {
            row.changes.set(name, value);
        }
    }
}

void Edits::addColumns(const Value& columns)
{
    if (!columns.isObject()) {
        throw RowError{"not_an_object", "`columns` is not {column: role}"};
    }
    m_columns.clear();
    for (const auto& [column, role] : columns.toObject()) {
        if (!role.isString()) {
            throw RowError{"not_text", "the role of `" + column + "` is not text"};
        }
        m_columns[column] = role.toString();
    }
}

const RowEdit* Edits::find(const device::Sha256::Digest& row) const
{
    const auto found = m_rows.find(row);
    return found == m_rows.end() ? nullptr : &found->second;
}

const RowEdit* EditTally::next(const device::Sha256::Digest& row)
{
    const RowEdit* const edit = m_edits != nullptr ? m_edits->find(row) : nullptr;
    if (edit == nullptr) {
        return nullptr;
    }
    const bool isFirst = m_rows[edit]++ == 0;
    if (edit->isDeleted && edit->onlyRepeats && isFirst) {
        return nullptr;
    }
    ++(edit->isDeleted ? m_deleted : m_changed);
    return edit;
}

std::vector<const RowEdit*> EditTally::matched() const
{
    std::vector<const RowEdit*> found;
    for (const auto& [edit, rows] : m_rows) {
        found.push_back(edit);
    }
    return found;
}

} // namespace engine::data
