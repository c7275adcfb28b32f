// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/learned_answers.h"

namespace engine::data {

namespace {

std::string wordsOf(const contract::Value& label)
{
    if (label.isString()) {
        return label.toString();
    }
    if (!label.isList()) {
        return toJson(label);
    }
    std::string words;
    for (const contract::Value& one : label.toList()) {
        words += (words.empty() ? "" : ", ") + wordsOf(one);
    }
    return words;
}

} // namespace

std::optional<contract::Conversation> learnedAnswers(const Record& record)
{
    if (record.task == task::kUnpaired && !record.label.toBool()) {
        return std::nullopt;
    }
    contract::Conversation conversation = record.conversation;
    if (record.task == task::kClassification || record.task == task::kRegression) {
        const std::string pair = record.textPair.empty() ? "" : "\n" + record.textPair;
        conversation.turns = {{"user", record.text + pair}, {"assistant", wordsOf(record.label)}};
    }
    return conversation;
}

std::string_view learnedAs(std::string_view task)
{
    if (task == task::kPreference) {
        return "text generation learns the chosen answers; the rejected ones teach it nothing";
    }
    if (task == task::kUnpaired) {
        return "text generation learns the wanted answers; the unwanted ones are left out";
    }
    if (task == task::kClassification) {
        return "text generation learns the class as the answer to the text";
    }
    if (task == task::kRegression) {
        return "text generation learns the number as the answer to the texts";
    }
    return {};
}

} // namespace engine::data
