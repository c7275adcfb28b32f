// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Tables of text: records follow each other to the end, with as many cells as are counted.
#include "engine/data/table_dialect.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine::data;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::textOf(data, size);
    for (const bool isTabSeparated : {false, true}) {
        const DetectedTable table = detectTable(text, true, isTabSeparated);
        fuzz::require(table.confidence >= 0 && table.confidence <= 1, "a confidence beyond 1");
        fuzz::require(!table.dialect.delimiter.empty(), "nothing between cells");
        std::string_view rest = text;
        while (!rest.empty()) {
            const TableRecord record = takeRecord(rest, table.dialect, true, true);
            if (record.length == 0) {
                fuzz::require(record.hasQuoted && rest.at(record.openQuote) == '"',
                              "no record, and no open quotation mark");
                break;
            }
            fuzz::require(record.length <= rest.size(), "a record beyond the text");
            fuzz::require(record.cells.size() == record.columns, "cells are not counted");
            const TableRecord counted = takeRecord(rest, table.dialect, true, false);
            fuzz::require(counted.length == record.length && counted.columns == record.columns,
                          "counted alone, another record");
            rest.remove_prefix(record.length);
        }
    }
    return 0;
}
