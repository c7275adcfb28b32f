// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/formats/alpaca/alpaca.h"

#include "engine/contract/text.h"
#include "engine/data/prompts.h"

namespace engine::data::formats::alpaca {

namespace {

constexpr std::string_view kColumns[] = {"instruction",
                                         "input",
                                         "context",
                                         "completion",
                                         "output",
                                         "response",
                                         "answer",
                                         "target",
                                         "solution",
                                         "system",
                                         "history",
                                         "tools"};

int match(const Value& row)
{
    if (!row.contains("instruction")) {
        return 0;
    }
    return presentColumn(row, kAnswerColumns).empty() ? kFitsPartly + 1 : kFits + 1;
}

void appendHistory(const Value& history, std::vector<Turn>& turns)
{
    if (history.isNull()) {
        return;
    }
    for (const Value& pair : history.toList()) {
        const Value::List& texts = pair.toList();
        if (texts.size() != 2 || !texts[0].isString() || !texts[1].isString()) {
            throw RowError{"bad_history", "`history` must be a list of [question, answer] texts"};
        }
        turns.push_back(turnOf("user", texts[0].toString()));
        turns.push_back(turnOf("assistant", texts[1].toString()));
    }
    if (!history.isList()) {
        throw RowError{"bad_history",
                       "`history` is " + std::string(kindOf(history)) + ", expected a list"};
    }
}

Record convert(const Value& row, Remarks& remarks)
{
    const std::string_view answer = presentColumn(row, kAnswerColumns);
    if (answer.empty()) {
        throw RowError{"no_answer", "`instruction` without `output`"};
    }
    Record record;
    std::vector<Turn>& turns = record.conversation.turns;
    appendHistory(row["history"], turns);
    turns.push_back(instructionOf(row, remarks));
    turns.push_back(turnOf("assistant", answerOf(row, answer, remarks)));
    prependSystem(row, turns, remarks);
    checkTurns(turns, remarks);
    record.conversation.tools = toolsOf(row);
    return record;
}

} // namespace

constinit const Format kFormat = {
    .id = "alpaca",
    .name = LS_TEXT("Alpaca"),
    .summary = LS_TEXT("Instruction, optional input, and the output to learn"),
    .columns = kColumns,
    .match = match,
    .convert = convert,
};

} // namespace engine::data::formats::alpaca
