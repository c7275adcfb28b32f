// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One training sample as the data files hold it, before any tokenizer sees it.
#pragma once

#include "engine/contract/conversation.h"
#include "engine/contract/value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine::data {

// What rows can be learnt as.
namespace task {

inline constexpr std::string_view kAnswers = "answers"; // conversations and texts
inline constexpr std::string_view kPreference = "preference";
inline constexpr std::string_view kUnpaired = "unpaired"; // answers that are wanted or not
inline constexpr std::string_view kClassification = "classification";
inline constexpr std::string_view kRegression = "regression";

} // namespace task

struct Record
{
    contract::Conversation conversation; // empty when isText
    std::string text;                    // only when isText: a document, or what a label is of
    bool isText = false;
    // What the row's format is for; task::kAnswers unless it says otherwise.
    std::string_view task = task::kAnswers;
    std::vector<contract::Turn> rejected; // preference: the answer that is worse, behind the prompt
    std::string textPair;                 // classification, regression: the second text, or ""
    contract::Value label; // a class (text or number) or classes (list); a number; true or false
    std::string sha256;    // of the row's bytes as they stand in the file, 64 hexadecimal digits
    std::string file;
    int64_t line = 0; // 1-based, where the row starts
    // Which of the rows that are good as they stand in the file; -1 for a row that is good only
    // after an edit. Edits do not renumber.
    int64_t index = 0;
    contract::Value row; // its members after edits, where LoadSettings asks for them; else null
};

// Plain text, trained from the first token to the last.
inline bool isDocument(const Record& record)
{
    return record.isText && record.task == task::kAnswers;
}

} // namespace engine::data
