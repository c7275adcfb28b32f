// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a data file that hold a text: counted all, kept a page of them.
#pragma once

#include "engine/data/dataset.h"

#include <string>
#include <string_view>
#include <vector>

namespace engine::worker {

class RowSearch
{
public:
    // Without regard to the case of ASCII letters. Keeps `rows` matches behind the first `first`.
    RowSearch(std::string text, int64_t first, int64_t rows);

    void add(const data::Record& record);
    int64_t matches() const { return m_matches; }
    const std::vector<data::Record>& found() const { return m_found; }

private:
    bool isMatch(const data::Record& record) const;

    std::string m_text;
    int64_t m_first;
    int64_t m_rows;
    int64_t m_matches = 0;
    std::vector<data::Record> m_found;
};

// Whether `text` holds `wanted`, of which the ASCII letters are small already.
bool holdsText(std::string_view text, std::string_view wanted);

} // namespace engine::worker
