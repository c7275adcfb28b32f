// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/formats/unpaired/unpaired.h"

#include "engine/contract/text.h"
#include "engine/data/prompts.h"

#include <optional>

namespace engine::data::formats::unpaired {

namespace {

constexpr std::string_view kColumns[] = {
    "label",   "kto_tag",  "messages", "conversations", "conversation", "instruction", "input",
    "context", "prompt",   "question", "query",         "problem",      "source",      "completion",
    "output",  "response", "answer",   "target",        "solution",     "system",      "tools"};
constexpr std::string_view kLabelColumns[] = {"kto_tag", "label"};

// Tables have texts only.
std::optional<bool> truthOf(const Value& value)
{
    const std::string& text = value.toString();
    const bool isTrue = text == "true" || text == "True" || text == "TRUE";
    const bool isFalse = text == "false" || text == "False" || text == "FALSE";
    if (value.isBool() || isTrue || isFalse) {
        return value.toBool(isTrue);
    }
    return std::nullopt;
}

bool hasMessages(const Value& row)
{
    return !row[presentColumn(row, kMessageColumns)].isNull();
}

int match(const Value& row)
{
    const bool isLabelled = truthOf(row[presentColumn(row, kLabelColumns)]).has_value();
    const bool isPair = hasPrompt(row) && !presentColumn(row, kAnswerColumns).empty();
    return isLabelled && (hasMessages(row) || isPair) ? kFits + 12 : 0;
}

Record convert(const Value& row, Remarks& remarks)
{
    const std::optional<bool> label = truthOf(row[presentColumn(row, kLabelColumns)]);
    if (!label) {
        throw RowError{"no_label", "`label` is neither true nor false"};
    }
    if (!hasPrompt(row)) {
        throw RowError{"no_prompt", "`label` without a prompt"};
    }
    Record record;
    std::vector<Turn>& turns = record.conversation.turns;
    appendAnyPrompt(row, turns, remarks);
    const std::string_view answer = presentColumn(row, kAnswerColumns);
    if (!hasMessages(row) && answer.empty()) {
        throw RowError{"no_answer", "a prompt without `completion`"};
    }
    if (!hasMessages(row)) {
        appendAnswer(row, answer, turns, remarks);
    }
    prependSystem(row, turns, remarks);
    checkTurns(turns, remarks);
    record.label = *label;
    record.conversation.tools = toolsOf(row);
    return record;
}

} // namespace

constinit const Format kFormat = {
    .id = "unpaired",
    .name = LS_TEXT("Wanted and unwanted answers"),
    .summary = LS_TEXT("Conversations with a label, true where the answer is wanted (KTO)"),
    .columns = kColumns,
    .match = match,
    .convert = convert,
    .task = task::kUnpaired,
};

} // namespace engine::data::formats::unpaired
