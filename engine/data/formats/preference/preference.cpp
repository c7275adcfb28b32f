// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/formats/preference/preference.h"

#include "engine/contract/text.h"
#include "engine/data/formats/preference/transcript.h"
#include "engine/data/prompts.h"

#include <algorithm>

namespace engine::data::formats::preference {

namespace {

constexpr std::string_view kColumns[] = {"chosen",
                                         "rejected",
                                         "messages",
                                         "conversations",
                                         "conversation",
                                         "instruction",
                                         "input",
                                         "context",
                                         "prompt",
                                         "question",
                                         "query",
                                         "problem",
                                         "source",
                                         "system",
                                         "tools"};

int match(const Value& row)
{
    const bool hasChosen = row.contains("chosen");
    const bool hasRejected = row.contains("rejected");
    return hasChosen && hasRejected ? kFits + 15 : hasChosen || hasRejected ? kFitsPartly + 2 : 0;
}

bool isSame(const Turn& a, const Turn& b)
{
    return a.role == b.role && a.content == b.content && a.input == b.input && a.extra == b.extra;
}

bool isSame(const std::vector<Turn>& a, const std::vector<Turn>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Turn& x, const Turn& y) {
        return isSame(x, y);
    });
}

// A prompt as one text with its marks: the answers go on behind the last of them.
bool hasTranscribedPrompt(const Value& row)
{
    return !row.contains("instruction") && row[presentColumn(row, kMessageColumns)].isNull()
           && isTranscript(row[presentColumn(row, kPromptColumns)]);
}

// Both answers as one text with what stands before them.
bool areTranscripts(const Value& row)
{
    return isTranscript(row["chosen"]) && isTranscript(row["rejected"])
           && (!hasPrompt(row) || hasTranscribedPrompt(row));
}

std::vector<Turn> endingOf(const Value& row, std::string_view column, Remarks& remarks)
{
    if (row[column].isNull()) {
        throw RowError{"no_pair", "`" + std::string(column) + "` is missing"};
    }
    if (areTranscripts(row)) {
        std::vector<Turn> turns = turnsOfTranscript(row[column].toString());
        if (turns.back().role != "assistant") {
            throw RowError{"no_answer",
                           "`" + std::string(column) + "` does not end with an answer"};
        }
        remarks.push_back(remark::kTranscript);
        return turns;
    }
    std::vector<Turn> turns;
    appendAnswer(row, column, turns, remarks);
    const bool goesOn = hasTranscribedPrompt(row) && turns.back().content.starts_with(' ');
    turns.back().content.erase(0, goesOn ? 1 : 0);
    return turns;
}

std::vector<Turn> promptOf(const Value& row, Remarks& remarks)
{
    std::vector<Turn> prompt;
    if (hasTranscribedPrompt(row)) {
        prompt = turnsOfTranscript(row[presentColumn(row, kPromptColumns)].toString());
        remarks.push_back(remark::kTranscript);
    } else if (hasPrompt(row)) {
        appendAnyPrompt(row, prompt, remarks);
    }
    return prompt;
}

// Without a prompt of their own both are whole conversations: what they share is the prompt. With
// one, a conversation may repeat it.
void takePrompt(std::vector<Turn>& prompt, std::vector<Turn>& chosen, std::vector<Turn>& rejected)
{
    std::size_t shared = 0;
    while (shared < std::min(chosen.size(), rejected.size())
           && isSame(chosen[shared], rejected[shared])
           && (prompt.empty() || shared < prompt.size())) {
        ++shared;
    }
    const auto end = chosen.begin() + static_cast<std::ptrdiff_t>(shared);
    if (prompt.empty()) {
        prompt.assign(chosen.begin(), end);
    } else if (!isSame(prompt, {chosen.begin(), end})) {
        return;
    }
    chosen.erase(chosen.begin(), end);
    rejected.erase(rejected.begin(), rejected.begin() + static_cast<std::ptrdiff_t>(shared));
}

void checkEnding(const std::vector<Turn>& turns, std::string_view column)
{
    if (turns.empty() || turns.back().role != "assistant") {
        throw RowError{"no_answer", "`" + std::string(column) + "` does not end with an answer"};
    }
}

Record convert(const Value& row, Remarks& remarks)
{
    std::vector<Turn> chosen = endingOf(row, "chosen", remarks);
    std::vector<Turn> rejected = endingOf(row, "rejected", remarks);
    if (isSame(chosen, rejected)) {
        throw RowError{"same_answers", "`chosen` and `rejected` are the same"};
    }
    std::vector<Turn> prompt = promptOf(row, remarks);
    takePrompt(prompt, chosen, rejected);
    if (prompt.empty()) {
        throw RowError{"no_prompt", "`chosen` and `rejected` without a prompt"};
    }
    checkEnding(chosen, "chosen");
    checkEnding(rejected, "rejected");
    Record record;
    std::vector<Turn>& turns = record.conversation.turns;
    turns = std::move(prompt);
    std::for_each(turns.begin(), turns.end(), [](Turn& turn) { turn.trained = false; });
    turns.insert(turns.end(), chosen.begin(), chosen.end());
    prependSystem(row, turns, remarks);
    checkTurns(turns, remarks);
    record.rejected = std::move(rejected);
    record.conversation.tools = toolsOf(row);
    return record;
}

} // namespace

constinit const Format kFormat = {
    .id = "preference",
    .name = LS_TEXT("Preference pairs"),
    .summary = LS_TEXT("A prompt with a better and a worse answer: chosen and rejected"),
    .columns = kColumns,
    .match = match,
    .convert = convert,
    .task = task::kPreference,
};

} // namespace engine::data::formats::preference
