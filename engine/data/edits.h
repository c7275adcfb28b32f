// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Changes to the rows of a data file that the file itself never sees (data.edits): a list of edits
// keyed by the SHA-256 of the row as it stands in the file. docs/formats.md describes the file.
// Immutable once read, usable from any thread.
#pragma once

#include "engine/data/columns.h"
#include "engine/device/sha256.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine::data {

// What becomes of the rows with one hash.
struct RowEdit
{
    int64_t line = 0; // of the edits file, the last that speaks of the row
    bool isDeleted = false;
    bool onlyRepeats = false;         // the first row with the hash is kept
    std::optional<Value> replacement; // the row instead of the file's: an object, or its text
    Value changes = Value::Object();  // members to set, null ones to take away

    // The row after the edit; `row` is null when the file's row is no JSON object. Throws RowError
    // when there is then nothing to change.
    Value applied(const Value& row) const;
};

class Edits
{
public:
    Edits() = default;
    // Throws Failure: kNotFound, kUnreadable; kBadData with the line for anything that is no edit.
    static Edits load(const std::string& path);

    // Null when the row stays as it is.
    const RowEdit* find(const device::Sha256::Digest& row) const;
    const std::map<device::Sha256::Digest, RowEdit>& rows() const { return m_rows; }
    // The mapping that they ask for; empty without one.
    const ColumnRoles& columns() const { return m_columns; }
    // In which the file is to be read; "auto" without one.
    const std::string& encoding() const { return m_encoding; }
    const std::string& path() const { return m_path; }
    const std::string& sha256() const { return m_sha256; } // of the file's bytes

private:
    void add(const Value& edit);
    void addColumns(const Value& columns);

    std::string m_path;
    std::string m_sha256;
    int64_t m_line = 0; // being read
    std::map<device::Sha256::Digest, RowEdit> m_rows;
    ColumnRoles m_columns;
    std::string m_encoding = "auto";
};

// Counts what edits do to the rows of one file, in their order.
class EditTally
{
public:
    // `edits` may be null, and outlives the tally.
    explicit EditTally(const Edits* edits) : m_edits(edits) {}

    // The edit of the next row with this hash, counted; null when the row stays as it is.
    const RowEdit* next(const device::Sha256::Digest& row);
    int64_t changed() const { return m_changed; }
    int64_t deleted() const { return m_deleted; }
    // The edits that a row was found for.
    std::vector<const RowEdit*> matched() const;

private:
    const Edits* m_edits;
    std::map<const RowEdit*, int64_t> m_rows; // edit → rows so far
    int64_t m_changed = 0;
    int64_t m_deleted = 0;
};

} // namespace engine::data
