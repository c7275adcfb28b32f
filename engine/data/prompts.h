// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What stands before an answer: the prompt of a row in any of its usual spellings.
#pragma once

#include "engine/data/turns.h"

#include <span>
#include <string_view>
#include <vector>

namespace engine::data {

// Names under which data sets keep the prompt, the first found wins.
inline constexpr std::string_view kPromptColumns[] = {
    "prompt", "question", "query", "input", "problem", "source"};
inline constexpr std::string_view kMessageColumns[] = {"messages", "conversations", "conversation"};
inline constexpr std::string_view kInputColumns[] = {"input", "context"};

// Appends `row[column]`: a list of messages, or the text of a user turn.
void appendPrompt(const Value& row,
                  std::string_view column,
                  std::vector<Turn>& turns,
                  Remarks& remarks);

// Appends `row[column]`: a list of messages, one message, or the text of an assistant turn. Throws
// RowError when it is null or blank.
void appendAnswer(const Value& row,
                  std::string_view column,
                  std::vector<Turn>& turns,
                  Remarks& remarks);

// The user turn of `instruction` and `input`.
Turn instructionOf(const Value& row, Remarks& remarks);

// Whether the row has a prompt in some form: messages, an instruction, or a prompt column.
bool hasPrompt(const Value& row);

// Appends what hasPrompt() found.
void appendAnyPrompt(const Value& row, std::vector<Turn>& turns, Remarks& remarks);

} // namespace engine::data
