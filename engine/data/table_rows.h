// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a table of text (CSV, TSV, …): every cell a text, named by its column.
#pragma once

#include "engine/data/row_source.h"
#include "engine/data/table_dialect.h"
#include "engine/data/text_buffer.h"

#include <string>

namespace engine::data {

class TableRows : public RowSource
{
public:
    // Throws Failure(kBadData) when two columns have the same name.
    TableRows(TextBuffer& buffer, const std::string& file, TableDialect dialect);

    // Blank lines are no rows. Throws Failure(kBadData) with the line of a quotation mark that is
    // not closed.
    bool next(RawRow& row) override;
    // Throws RowError for a row with another number of cells than the table has columns.
    Value parse(const RawRow& row, Remarks& remarks) override;
    std::optional<RowPlace> place() const override;
    void goOn(const RowPlace& place) override;

private:
    TextBuffer& m_buffer;
    std::string m_file;
    TableDialect m_dialect;
    int64_t m_line = 1;
    bool m_isFirst = true;
};

} // namespace engine::data
