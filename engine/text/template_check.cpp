// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/template_check.h"

#include "engine/device/failure.h"
#include "engine/text/built_in_templates.h"
#include "engine/text/chat_template_files.h"

#include <algorithm>
#include <array>

namespace engine::text {

namespace {

using contract::Conversation;
using contract::Value;
using Ids = std::vector<int64_t>;

RenderSettings uncut(const std::string& templateName, MaskRule mask)
{
    RenderSettings settings;
    settings.templateName = templateName;
    settings.mask = mask;
    settings.maxLength = 0;
    return settings;
}

// As a run with this template leaves it for other programs; of "model" its folder has it.
std::string exportedSource(const Tokenizer& tokenizer, const std::string& name)
{
    return name == "model" ? tokenizer.chatTemplate() : templateFile(tokenizer, name);
}

// The first place where not all of them have the same id; nothing where none differs before
// `length`.
std::optional<std::size_t> firstDifference(const std::vector<const Ids*>& all, std::size_t length)
{
    for (std::size_t at = 0; at < length; ++at) {
        for (const Ids* ids : all) {
            if (at >= ids->size() || at >= all.front()->size()
                || (*ids)[at] != (*all.front())[at]) {
                return at;
            }
        }
    }
    return std::nullopt;
}

struct Advice
{
    const char* finding;
    Severity severity;
    const char* message;
    const char* hint;
};

constexpr std::array kAdvice = {
    Advice{finding::kSpecialTokenText,
           Severity::Warning,
           "a turn holds the text of a special token, which becomes that token",
           "Take it out of the row, or spell it otherwise."},
    Advice{finding::kDoubleBos,
           Severity::Note,
           "the template begins with two BOS, or the tokenizer adds one to the template's; one was "
           "taken away here",
           "Where other programs tokenize the rendered text, tell them to add no special tokens."},
    Advice{finding::kNoBos,
           Severity::Note,
           "the tokenizer begins texts with BOS, the template does not",
           "A base that was trained with BOS wants it in the template: see the model's own."},
    Advice{finding::kNoEndOfTurn,
           Severity::Warning,
           "a trained answer ends without a token that stops: the model may not learn to stop",
           "Choose a template that writes the model's end of turn behind every answer."},
    Advice{finding::kEndCut,
           Severity::Warning,
           "the end of an answer is cut away, and with it the token that stops",
           "Raise data.max_length, or choose another data.truncate."},
    Advice{finding::kAnswerNotFound,
           Severity::Warning,
           "the template does not show an answer as it stands, so it is not trained",
           "`lora-engine preview` shows what the template makes of it; choose another template."},
    Advice{finding::kEosAdded,
           Severity::Note,
           "the template leaves the last answer open; training ends it with EOS",
           "Other programs that train with this template have to add EOS themselves."},
    Advice{finding::kToolsIgnored,
           Severity::Note,
           "the template does not show tools",
           "Choose a template that does, if the data have tools."},
};

} // namespace

TemplateCheck::TemplateCheck(const Tokenizer& tokenizer,
                             const std::string& trained,
                             const std::string& asked)
    : m_tokenizer(tokenizer), m_trained(tokenizer, uncut(trained, MaskRule::Answers)),
      m_trainedWhole(tokenizer, uncut(trained, MaskRule::All)),
      m_asked(tokenizer, uncut(asked, MaskRule::Answers)),
      m_format(ChatFormat::resolve(tokenizer, m_trained.resolvedTemplate())),
      m_exported(bridge::ChatTemplate::compile(
          exportedSource(tokenizer, m_trained.resolvedTemplate()), "chat_template.jinja")),
      m_variables(contract::toJson(tokenizer.specialTokens()))
{
    const std::string forTools = tokenizer.chatTemplate(true);
    if (m_format.name() == "model" && forTools != tokenizer.chatTemplate()) {
        m_exportedForTools = bridge::ChatTemplate::compile(forTools, kToolTemplate);
    }
}

TemplateComparison TemplateCheck::compare(const Conversation& conversation) const
{
    TemplateComparison result;
    Ids training;
    try {
        Rendered rendered = m_trained.conversation(conversation);
        if (rendered.samples.empty()) {
            rendered = m_trainedWhole.conversation(conversation);
        }
        if (rendered.samples.empty()) {
            return result; // not two tokens
        }
        training = std::move(rendered.samples.front().ids);
        result.findings = std::move(rendered.samples.front().findings);
    } catch (const Failure& failure) {
        result.refusal = failure.error().message;
        return result;
    }
    result.tokens = static_cast<int64_t>(training.size());
    if (ignoresTools(conversation)) {
        result.findings.emplace_back(finding::kToolsIgnored);
    }
    for (std::size_t turn = 1; turn < conversation.turns.size(); ++turn) {
        if (conversation.turns[turn].role != "assistant") {
            continue;
        }
        result.difference = differenceBefore(conversation, turn, training);
        if (result.difference) {
            return result;
        }
    }
    TemplateDifference whole;
    whole.turn = conversation.turns.size();
    try {
        whole.exported = exported(conversation, bridge::ChatEnd::Closed);
    } catch (const Failure& failure) {
        whole.refusal = failure.error().message;
    }
    const bool isEosAdded =
        training.size() == whole.exported.size() + 1 && training.back() == m_tokenizer.eosId()
        && std::equal(whole.exported.begin(), whole.exported.end(), training.begin());
    if (isEosAdded) {
        result.findings.emplace_back(finding::kEosAdded);
        return result;
    }
    const auto at = firstDifference({&training, &whole.exported},
                                    std::max(training.size(), whole.exported.size()));
    if (at || !whole.refusal.empty()) {
        whole.position = at.value_or(0);
        whole.training = std::move(training);
        result.difference = std::move(whole);
    }
    return result;
}

// What is asked so that this turn is answered, against the beginning of what is trained.
std::optional<TemplateDifference> TemplateCheck::differenceBefore(const Conversation& conversation,
                                                                  std::size_t turn,
                                                                  const Ids& training) const
{
    Conversation beginning = conversation;
    beginning.turns.resize(turn);
    TemplateDifference difference;
    difference.turn = turn;
    try {
        difference.playground = m_asked.prompt(beginning);
        difference.exported = exported(beginning, bridge::ChatEnd::GenerationPrompt);
    } catch (const Failure& failure) {
        difference.refusal = failure.error().message;
    }
    const std::size_t length = std::max(difference.playground.size(), difference.exported.size());
    const auto at =
        firstDifference({&training, &difference.playground, &difference.exported}, length);
    if (!at && difference.refusal.empty()) {
        return std::nullopt;
    }
    difference.position = at.value_or(0);
    difference.training = training;
    return difference;
}

std::string TemplateCheck::exportedText(const Conversation& conversation, bridge::ChatEnd end) const
{
    std::string list;
    for (const std::string& message : m_format.messages(conversation)) {
        list += (list.empty() ? "[" : ",") + message;
    }
    const bool hasTools = m_exportedForTools && !conversation.tools.isNull();
    return (hasTools ? *m_exportedForTools : m_exported)
        .render(list.empty() ? "[]" : list + "]",
                contract::toJson(conversation.tools),
                m_variables,
                end)
        .text;
}

// As other programs do: rendered, then tokenized without adding anything.
Ids TemplateCheck::exported(const Conversation& conversation, bridge::ChatEnd end) const
{
    return m_tokenizer.encodePlain(exportedText(conversation, end));
}

bool TemplateCheck::ignoresTools(const Conversation& conversation) const
{
    if (conversation.tools.isNull()) {
        return false;
    }
    Conversation bare = conversation;
    bare.tools = {};
    try {
        return exportedText(conversation, bridge::ChatEnd::Closed)
               == exportedText(bare, bridge::ChatEnd::Closed);
    } catch (const Failure&) {
        return false; // a refusal of the export is told with the whole conversation
    }
}

std::vector<TemplateProbe> templateProbes()
{
    const contract::Turn question{"user", "Which animal says woof?"};
    const contract::Turn answer{"assistant", "A dog."};
    const contract::Turn further{"user", "And meow?"};
    const contract::Turn last{"assistant", "A cat."};
    const Value city =
        Value::object({{"type", "string"}, {"description", "The name of the city."}});
    const Value parameters = Value::object({{"type", "object"},
                                            {"properties", Value::object({{"city", city}})},
                                            {"required", Value::list(Value::List{"city"})}});
    const Value function = Value::object({{"name", "get_weather"},
                                          {"description", "The weather in a city."},
                                          {"parameters", parameters}});
    const Value tools = Value::List{Value::object({{"type", "function"}, {"function", function}})};
    return {
        {"one_turn", {{question, answer}, {}}},
        {"system", {{{"system", "Answer briefly."}, question, answer}, {}}},
        {"several_turns", {{question, answer, further, last}, {}}},
        {"tools", {{question, answer}, tools}},
    };
}

Diagnosis adviceOn(std::string_view findingName)
{
    for (const Advice& advice : kAdvice) {
        if (findingName == advice.finding) {
            return {advice.severity, advice.finding, {}, advice.message, advice.hint};
        }
    }
    return {Severity::Note, std::string(findingName), {}, std::string(findingName), {}};
}

} // namespace engine::text
