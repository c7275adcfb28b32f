// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/formats/text/text.h"

#include "engine/contract/text.h"

namespace engine::data::formats::text {

namespace {

constexpr std::string_view kColumns[] = {"text"};

int match(const Value& row)
{
    return row.contains("text") ? kFitsPartly + 5 : 0;
}

Record convert(const Value& row, Remarks& remarks)
{
    if (!row.contains("text")) {
        throw RowError{"no_text", "`text` is missing"};
    }
    Record record;
    record.isText = true;
    record.text = textOf(row, "text", remarks);
    if (isBlank(record.text)) {
        throw RowError{"empty_text", "`text` is empty"};
    }
    return record;
}

} // namespace

constinit const Format kFormat = {
    .id = "text",
    .name = LS_TEXT("Text rows"),
    .summary = LS_TEXT("One text a row, learnt from the first token to the last"),
    .columns = kColumns,
    .match = match,
    .convert = convert,
};

} // namespace engine::data::formats::text
