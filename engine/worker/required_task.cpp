// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/required_task.h"

#include "engine/device/failure.h"

namespace engine::worker {

using contract::Value;

namespace {

// How the rows can be learnt as answers all the same.
std::string answersInstead(const data::ColumnRoles& roles, std::string_view task)
{
    if (task == data::task::kUnpaired) {
        return "data.format=messages or prompt_completion learns every answer, wanted or not";
    }
    const bool isPair = task == data::task::kPreference;
    const std::string_view question = isPair ? "prompt" : "text";
    const std::string_view answer = isPair ? "chosen" : "label";
    Value columns = Value::Object();
    for (const auto& [column, role] : roles) {
        if (role == question || role == answer) {
            columns.set(column, role == answer ? "completion" : "prompt");
        }
    }
    if (columns.toObject().empty()) {
        columns =
            Value::object({{std::string(question), "prompt"}, {std::string(answer), "completion"}});
    }
    return "To learn answers from these rows, say which column is the question and which the "
           "answer, for example data.columns="
           + toJson(columns);
}

} // namespace

void requireAnswers(const data::Dataset& dataset)
{
    for (const data::Record& record : dataset.records) {
        requireAnswers(record, dataset.roles);
    }
}

void requireAnswers(const data::Record& record, const data::ColumnRoles& roles)
{
    if (record.task != data::task::kAnswers) {
        throw Failure(code::kUnsupported,
                      record.file + ", line " + std::to_string(record.line) + ": the row is for "
                          + std::string(record.task)
                          + ", and this version's only objective learns answers",
                      answersInstead(roles, record.task),
                      record.file);
    }
}

} // namespace engine::worker
