// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One JSON value → a row; and JSON Lines.
#pragma once

#include "engine/data/row_source.h"
#include "engine/data/text_buffer.h"

#include <string>
#include <string_view>

namespace engine::data {

inline constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text);

// The row as an object. Of a name that is there twice the last counts; a list of texts and numbers
// becomes the members column_1, column_2, …; a comma behind the object is passed over with a
// remark. Throws RowError.
Value parseJsonRow(const RawRow& row, Remarks& remarks);

// An object a line. Lines end at U+000A only; blank lines are no rows.
class JsonLines : public RowSource
{
public:
    explicit JsonLines(TextBuffer& buffer) : m_buffer(buffer) {}

    bool next(RawRow& row) override;
    Value parse(const RawRow& row, Remarks& remarks) override { return parseJsonRow(row, remarks); }
    std::optional<RowPlace> place() const override { return RowPlace{m_buffer.taken(), m_line}; }
    void goOn(const RowPlace& place) override { m_line = place.line; }

private:
    TextBuffer& m_buffer;
    int64_t m_line = 0;
};

} // namespace engine::data
