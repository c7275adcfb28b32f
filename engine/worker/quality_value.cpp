// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/quality_value.h"

namespace engine::worker {

using contract::Value;

namespace {

// `name`: the groups; `name`_count: rows beside the first of each group; `name`_groups: all groups.
void setGroups(Value& value, const std::string& name, const data::RowGroups& groups)
{
    Value list = Value::List();
    for (const data::RowGroup& group : groups.groups) {
        Value entry = Value::object({{"rows", Value::list(group.rows)}, {"count", group.count}});
        if (group.similarity < 1) {
            entry.set("similarity", group.similarity);
        }
        if (!group.text.empty()) {
            entry.set("text", group.text);
        }
        list.append(entry);
    }
    value.set(name, list);
    value.set(name + "_count", groups.rows);
    value.set(name + "_groups", groups.groupCount);
}

// Rows that were dropped because there is nothing to learn in them; they have no index.
void setEmptyAnswers(Value& value, const data::Dataset& dataset)
{
    Value list = Value::List();
    int64_t count = 0;
    for (const data::Problem& problem : dataset.dropped) {
        if (problem.code != "empty_answer") {
            continue;
        }
        if (++count <= static_cast<int64_t>(data::kListedGroups)) {
            list.append(Value::object(
                {{"file", problem.file}, {"line", problem.line}, {"sha256", problem.sha256}}));
        }
    }
    value.set("empty_answers", list);
    value.set("empty_answers_count", count);
}

void setLeakage(Value& value, const data::Leakage& leakage, std::string_view validation)
{
    Value list = Value::List();
    for (const data::LeakedRow& row : leakage.rows) {
        list.append(Value::object({{"row", row.row},
                                   {"validation_row", row.validationRow},
                                   {"similarity", row.similarity}}));
    }
    value.set("validation", validation);
    value.set("validation_rows", leakage.validationRows);
    value.set("leakage", list);
    value.set("leakage_count", leakage.exact + leakage.near);
    value.set("leakage_exact_count", leakage.exact);
}

} // namespace

Value qualityValue(const data::Quality& quality,
                   const data::Leakage& leakage,
                   std::string_view validation,
                   const data::Dataset& dataset)
{
    Value value = Value::object({{"rows", quality.rows}});
    setGroups(value, "exact_duplicates", quality.exactDuplicates);
    setGroups(value, "near_duplicates", quality.nearDuplicates);
    setGroups(value, "repeated_answers", quality.repeatedAnswers);
    setGroups(value, "conflicting_answers", quality.conflictingAnswers);
    setEmptyAnswers(value, dataset);
    setLeakage(value, leakage, validation);
    Value labels = Value::List();
    for (const data::LabelCount& label : quality.labels) {
        labels.append(Value::object({{"label", label.label}, {"count", label.rows}}));
    }
    value.set("labels", labels);
    value.set("uncompared", quality.uncompared);
    return value;
}

} // namespace engine::worker
