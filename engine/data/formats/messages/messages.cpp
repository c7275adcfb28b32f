// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/formats/messages/messages.h"

#include "engine/contract/text.h"
#include "engine/data/prompts.h"

namespace engine::data::formats::messages {

namespace {

constexpr std::string_view kColumns[] = {
    "messages", "conversations", "conversation", "system", "tools"};

int match(const Value& row)
{
    const std::string_view column = presentColumn(row, kMessageColumns);
    if (column.empty()) {
        return 0;
    }
    return row[column].isNull() ? kFitsPartly - 1 : kFits + 10;
}

Record convert(const Value& row, Remarks& remarks)
{
    const std::string_view column = presentColumn(row, kMessageColumns);
    if (column.empty()) {
        throw RowError{"no_messages", "`messages` is missing"};
    }
    Record record;
    appendMessages(row, column, record.conversation.turns, remarks);
    prependSystem(row, record.conversation.turns, remarks);
    checkTurns(record.conversation.turns, remarks);
    record.conversation.tools = toolsOf(row);
    return record;
}

} // namespace

constinit const Format kFormat = {
    .id = "messages",
    .name = LS_TEXT("Messages"),
    .summary = LS_TEXT("Conversations with roles, as OpenAI or ShareGPT write them"),
    .columns = kColumns,
    .match = match,
    .convert = convert,
};

} // namespace engine::data::formats::messages
