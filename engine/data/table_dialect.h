// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How a table of text is written: what stands between its cells, whether quotation marks hold cells
// together, and what its columns are called.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace engine::data {

struct TableDialect
{
    std::string delimiter = ",";
    // A cell that begins with " ends with the next " that is not doubled; else " is a character.
    bool hasQuotes = true;
    bool hasHeader = true;
    std::vector<std::string> columns; // the header's, or column_1, column_2, …
};

// column_1, column_2, …
std::vector<std::string> numberedColumns(std::size_t count);

struct TableRecord
{
    // Bytes with the line end; 0 when the text ends before the record does.
    std::size_t length = 0;
    std::vector<std::string> cells; // only when asked for
    std::size_t columns = 0;
    std::size_t openQuote = 0;  // where the cell begins whose quotation mark is not closed
    bool hasStrayQuote = false; // text between a closing quotation mark and the delimiter
    bool hasQuoted = false;
};

// The record that `text` begins with. `isRest`: the end of the text is the end of the table.
TableRecord
takeRecord(std::string_view text, const TableDialect& dialect, bool isRest, bool withCells);

// How sure it is that the text is a table: the part of its first records that have as many cells as
// most of them, 0 when these have one cell.
struct DetectedTable
{
    TableDialect dialect;
    double confidence = 0;
};

// By the first records of `head`: delimiter (comma, tab, semicolon, bar), quotation marks, header.
DetectedTable detectTable(std::string_view head, bool isRest, bool isTabSeparated);

} // namespace engine::data
