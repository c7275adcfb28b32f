// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/prompts.h"

#include <utility>

namespace engine::data {

void appendPrompt(const Value& row,
                  std::string_view column,
                  std::vector<Turn>& turns,
                  Remarks& remarks)
{
    if (row[column].isList()) {
        appendMessages(row, column, turns, remarks);
    } else {
        turns.push_back(turnOf("user", textOf(row, column, remarks)));
    }
}

void appendAnswer(const Value& row,
                  std::string_view column,
                  std::vector<Turn>& turns,
                  Remarks& remarks)
{
    if (row[column].isObject()) {
        const Value list = Value::object({{std::string(column), Value::List{row[column]}}});
        appendMessages(list, column, turns, remarks);
    } else if (row[column].isList()) {
        appendMessages(row, column, turns, remarks);
    } else {
        turns.push_back(turnOf("assistant", answerOf(row, column, remarks)));
    }
}

Turn instructionOf(const Value& row, Remarks& remarks)
{
    Turn question = turnOf("user", textOf(row, "instruction", remarks));
    question.input = textOf(row, presentColumn(row, kInputColumns), remarks);
    if (isBlank(question.content)) {
        question.content = std::exchange(question.input, {});
    }
    return question;
}

bool hasPrompt(const Value& row)
{
    return row.contains("instruction") || !presentColumn(row, kMessageColumns).empty()
           || !presentColumn(row, kPromptColumns).empty();
}

void appendAnyPrompt(const Value& row, std::vector<Turn>& turns, Remarks& remarks)
{
    const std::string_view messages = presentColumn(row, kMessageColumns);
    if (row.contains("instruction")) {
        turns.push_back(instructionOf(row, remarks));
    } else if (!row[messages].isNull()) {
        appendMessages(row, messages, turns, remarks);
    } else {
        appendPrompt(row, presentColumn(row, kPromptColumns), turns, remarks);
    }
}

} // namespace engine::data
