// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Lists of messages → turns: roles and their other names, content given as parts, tool calls,
// weights.
#pragma once

#include "engine/contract/conversation.h"
#include "engine/data/row.h"

#include <string>
#include <string_view>
#include <vector>

namespace engine::data {

using contract::Turn;

// A trained turn.
Turn turnOf(std::string_view role, std::string content);

// Appends the messages of `row[column]`. A message is {role, content}, {from, value}, or a {human,
// assistant} pair; a weight of 0 (weight, loss_weight, train, loss) makes a turn untrained. Throws
// RowError for an unknown role, missing content, or content that is not text.
void appendMessages(const Value& row,
                    std::string_view column,
                    std::vector<Turn>& turns,
                    Remarks& remarks);

// Puts the row's `system` text in front, unless the turns bring a system turn themselves.
void prependSystem(const Value& row, std::vector<Turn>& turns, Remarks& remarks);

// What every conversation must have: a question before the first answer, an answer, and an answer
// that is trained. Throws RowError otherwise.
void checkTurns(const std::vector<Turn>& turns, Remarks& remarks);

} // namespace engine::data
