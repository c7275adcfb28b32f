// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/formats/classification/classification.h"

#include "engine/contract/text.h"
#include "engine/data/labelled_text.h"

namespace engine::data::formats::classification {

namespace {

constexpr std::string_view kColumns[] = {"text",
                                         "sentence",
                                         "sentence1",
                                         "premise",
                                         "text_pair",
                                         "sentence2",
                                         "hypothesis",
                                         "label",
                                         "labels",
                                         "category",
                                         "gold_label",
                                         "class",
                                         "intent"};

int match(const Value& row)
{
    const bool isScored = fractionOf(row[presentColumn(row, kClassColumns)]).has_value();
    return hasLabelledText(row, kClassColumns) && !isScored ? kFits + 2 : 0;
}

Record convert(const Value& row, Remarks& remarks)
{
    const std::string_view column = presentColumn(row, kClassColumns);
    const Value& label = row[column];
    if (label.isNull() || (label.isString() && isBlank(label.toString()))) {
        throw RowError{"no_label", "the row has no label"};
    }
    if (label.isObject()) {
        throw RowError{"bad_label", "`" + std::string(column) + "` is an object"};
    }
    Record record = labelledText(row, remarks);
    record.label = label;
    return record;
}

} // namespace

constinit const Format kFormat = {
    .id = "classification",
    .name = LS_TEXT("Texts with a class"),
    .summary = LS_TEXT("A text, or two, and the class it belongs to"),
    .columns = kColumns,
    .match = match,
    .convert = convert,
    .task = task::kClassification,
};

} // namespace engine::data::formats::classification
