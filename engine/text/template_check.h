// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Whether training, the playground and an exported chat template write the same tokens: what a
// model has learnt must be what it is asked with, here and in other programs.
#pragma once

#include "engine/text/doctor.h"
#include "engine/text/renderer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::text {

namespace finding {

// What only the comparison can tell.
inline constexpr const char* kEosAdded =
    "eos_added"; // the template leaves the last answer open, training ends it
inline constexpr const char* kToolsIgnored = "tools_ignored"; // the template does not show them

} // namespace finding

// Where the three part for the first time.
struct TemplateDifference
{
    // The turn that was to be answered; the number of turns where the conversation differs as a
    // whole, which the playground never writes.
    std::size_t turn = 0;
    std::size_t position = 0; // of the token
    std::vector<int64_t> training;
    std::vector<int64_t> playground;
    std::vector<int64_t> exported;
    std::string refusal; // where one of them refuses what the others write; else empty
};

struct TemplateComparison
{
    std::string refusal;               // of the whole conversation: nothing was compared
    int64_t tokens = 0;                // as they are trained, uncut
    std::vector<std::string> findings; // names of finding
    std::optional<TemplateDifference> difference;
};

class TemplateCheck
{
public:
    // `trained` and `asked` as RenderSettings::templateName: what is trained with, and what the
    // playground uses. The export is what a run with `trained` leaves (templateFile), read again.
    // Failure as in ChatFormat::resolve. `tokenizer` outlives this.
    TemplateCheck(const Tokenizer& tokenizer, const std::string& trained, const std::string& asked);

    // Every beginning of the conversation that is answered, then the whole.
    TemplateComparison compare(const contract::Conversation& conversation) const;

private:
    std::string exportedText(const contract::Conversation& conversation, bridge::ChatEnd end) const;
    std::vector<int64_t> exported(const contract::Conversation& conversation,
                                  bridge::ChatEnd end) const;
    std::optional<TemplateDifference> differenceBefore(const contract::Conversation& conversation,
                                                       std::size_t turn,
                                                       const std::vector<int64_t>& training) const;
    bool ignoresTools(const contract::Conversation& conversation) const;

    const Tokenizer& m_tokenizer;
    Renderer m_trained;
    Renderer m_trainedWhole; // also what holds nothing to train
    Renderer m_asked;
    ChatFormat m_format; // what messages look like in it
    bridge::ChatTemplate m_exported;
    std::optional<bridge::ChatTemplate> m_exportedForTools; // where the model has one
    std::string m_variables;
};

// Conversations to try a template with where there are no data.
struct TemplateProbe
{
    std::string_view name; // "one_turn", "system", "several_turns", "tools"
    contract::Conversation conversation;
};
std::vector<TemplateProbe> templateProbes();

// What a finding of samples means and what to do; `where` is left empty.
Diagnosis adviceOn(std::string_view findingName);

} // namespace engine::text
