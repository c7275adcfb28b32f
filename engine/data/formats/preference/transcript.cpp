// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/formats/preference/transcript.h"

#include <algorithm>

namespace engine::data::formats::preference {

namespace {

constexpr std::string_view kHuman = "\n\nHuman:";
constexpr std::string_view kAssistant = "\n\nAssistant:";

// From the first mark on, which tables may have without its line ends; empty where there is none.
std::string_view fromFirstMark(std::string_view text)
{
    const std::size_t first = std::min(text.find_first_not_of("\r\n"), text.size());
    const std::string_view rest = text.substr(first);
    return rest.starts_with(kHuman.substr(2)) ? rest : std::string_view();
}

} // namespace

bool isTranscript(const Value& value)
{
    return fromFirstMark(value.toString()).find(kAssistant) != std::string_view::npos;
}

std::vector<Turn> turnsOfTranscript(std::string_view text)
{
    std::vector<Turn> turns;
    std::string_view rest = fromFirstMark(text);
    std::string_view mark = kHuman.substr(2);
    bool isHuman = true;
    while (!rest.empty()) {
        rest.remove_prefix(mark.size());
        const std::size_t human = rest.find(kHuman);
        const std::size_t assistant = rest.find(kAssistant);
        std::string_view said = rest.substr(0, std::min(human, assistant));
        rest.remove_prefix(said.size());
        said.remove_prefix(said.starts_with(' ') ? 1 : 0);
        turns.push_back(turnOf(isHuman ? "user" : "assistant", std::string(said)));
        isHuman = human < assistant;
        mark = isHuman ? kHuman : kAssistant;
    }
    if (!turns.empty() && turns.back().role == "assistant" && isBlank(turns.back().content)) {
        turns.pop_back();
    }
    return turns;
}

} // namespace engine::data::formats::preference
