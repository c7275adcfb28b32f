// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Rows that were made for another task, as text generation learns them.
#pragma once

#include "engine/data/record.h"

#include <optional>
#include <string_view>

namespace engine::data {

// What a row that is for another task teaches: of a preference pair the better answer, of answers
// that are wanted or not the wanted one, of labelled texts the label as the answer. Nothing where
// the answer is not wanted.
std::optional<contract::Conversation> learnedAnswers(const Record& record);

// The same for a person; "" for rows that are answers as they stand.
std::string_view learnedAs(std::string_view task);

} // namespace engine::data
