// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A JSON file that is no JSON Lines: a list of rows, read element by element; objects one after the
// other, each a row; or one object that holds the rows in lists: {"train": [row, …], "test": […]}
// or column by column, {"text": […], "label": […]}.
#pragma once

#include "engine/data/columns.h"
#include "engine/data/json_scanner.h"
#include "engine/data/text_buffer.h"

#include <string>
#include <vector>

namespace engine::data {

// One object that holds all rows is read whole.
inline constexpr std::size_t kMaximumObjectBytes = 512 << 20;

class JsonDocument : public RowSource
{
public:
    // `roles`: an object that has one of their columns is a row. `part`: the member whose rows are
    // read; "" = `train` if there is one, else all. Throws Failure(kBadData) with the line for an
    // object that is not closed, or without that part.
    JsonDocument(TextBuffer& buffer,
                 const std::string& file,
                 const std::string& part,
                 const ColumnRoles& roles);

    bool next(RawRow& row) override;
    Value parse(const RawRow& row, Remarks& remarks) override;
    std::vector<std::string> otherParts() const override { return m_otherParts; }

private:
    // A list that is a member of the object.
    struct Part
    {
        std::string name;
        std::vector<RawRow> rows;
    };

    bool nextElement(RawRow& row);
    bool nextObject(RawRow& row);
    bool nextOfParts(RawRow& row);
    void readObject(const std::string& part, const ColumnRoles& roles);
    std::vector<Part> listsOf(const RawRow& object) const;
    void joinColumns(const std::vector<Part>& columns);

    TextBuffer& m_buffer;
    std::string m_file;
    JsonScanner m_scanner;
    bool m_isList = false;
    bool m_isFirst = true;
    bool m_hasParts = false;
    std::vector<RawRow> m_rows;      // of the object's lists
    std::vector<std::string> m_made; // rows put together from columns
    std::size_t m_at = 0;
    std::vector<std::string> m_otherParts;
};

} // namespace engine::data
