// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/formats/prompt_completion/prompt_completion.h"

#include "engine/contract/text.h"
#include "engine/data/prompts.h"

#include <algorithm>

namespace engine::data::formats::prompt_completion {

namespace {

constexpr std::string_view kColumns[] = {"prompt",
                                         "question",
                                         "query",
                                         "input",
                                         "problem",
                                         "source",
                                         "completion",
                                         "output",
                                         "response",
                                         "answer",
                                         "target",
                                         "solution",
                                         "system",
                                         "tools"};
int match(const Value& row)
{
    const bool hasPrompt = !presentColumn(row, kPromptColumns).empty();
    const bool hasAnswer = !presentColumn(row, kAnswerColumns).empty();
    if (hasPrompt && hasAnswer) {
        return kFits;
    }
    return hasPrompt || hasAnswer ? kFitsPartly : 0;
}

Record convert(const Value& row, Remarks& remarks)
{
    const std::string_view prompt = presentColumn(row, kPromptColumns);
    const std::string_view answer = presentColumn(row, kAnswerColumns);
    if (answer.empty()) {
        throw RowError{"no_answer", "`" + std::string(prompt) + "` without `completion`"};
    }
    if (prompt.empty()) {
        throw RowError{"no_prompt", "`" + std::string(answer) + "` without `prompt`"};
    }
    Record record;
    std::vector<Turn>& turns = record.conversation.turns;
    appendPrompt(row, prompt, turns, remarks);
    if (row[prompt].isList()) {
        // The completion alone is learnt, whatever the prompt's own answers say.
        std::for_each(turns.begin(), turns.end(), [](Turn& turn) { turn.trained = false; });
    }
    appendAnswer(row, answer, turns, remarks);
    prependSystem(row, turns, remarks);
    checkTurns(turns, remarks);
    record.conversation.tools = toolsOf(row);
    return record;
}

} // namespace

constinit const Format kFormat = {
    .id = "prompt_completion",
    .name = LS_TEXT("Prompt and completion"),
    .summary = LS_TEXT("A prompt or question, and the completion or answer to learn"),
    .columns = kColumns,
    .match = match,
    .convert = convert,
};

} // namespace engine::data::formats::prompt_completion
