// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What is worth knowing about the rows that are kept: counted while they are read, told at the end.
#pragma once

#include "engine/data/dataset.h"
#include "engine/data/format.h"
#include "engine/data/repeated_rows.h"
#include "engine/data/row_source.h"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace engine::data {

class LoadNotices
{
public:
    // True when the row's members are others than those of the row before.
    bool noteColumns(const Value& row);
    const std::vector<std::string>& lastColumns() const { return m_lastColumns; }
    const std::vector<std::string>& columns() const { return m_columns; }
    bool hasColumn(const std::string& name) const { return m_known.contains(name); }

    // A row that is kept. Remarks of one code count once.
    void addRow(const std::string& file,
                const RawRow& row,
                const device::Sha256::Digest& digest,
                const Format& format,
                Remarks& remarks);
    void
    add(std::string_view code, std::string_view message, const std::string& file, int64_t line);

    // Of each column the text of the first row that has it, shortened.
    const std::map<std::string, std::string>& examples() const { return m_examples; }
    std::map<std::string, int64_t> rowsByFormat() const;
    // The id of the format of most rows.
    std::string format() const;
    // `roles`: the mapping in force, whose columns are used.
    std::vector<Problem> notices(const std::string& file, const ColumnRoles& roles) const;

private:
    struct Counted
    {
        std::string message;
        int64_t rows = 0;
        std::string file;
        int64_t firstLine = 0;
    };

    bool isUsed(const std::string& column, const ColumnRoles& roles) const;

    std::vector<std::string> m_columns;
    std::unordered_set<std::string> m_known;
    std::map<std::string, std::string> m_examples;
    std::vector<std::string> m_lastColumns; // of the row before
    RepeatedRows m_repeated;
    std::map<std::string, Counted> m_remarks;
    std::unordered_map<const Format*, int64_t> m_formatRows;
};

} // namespace engine::data
