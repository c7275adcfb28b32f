// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/chat_format.h"

#include "engine/device/failure.h"
#include "engine/text/answer_spans.h"
#include "engine/text/built_in_templates.h"
#include "engine/text/chat_template_files.h"

namespace engine::text {

namespace {

using contract::Value;

bool mentionsInput(std::string_view source)
{
    return source.find(".input") != std::string_view::npos
           || source.find("['input']") != std::string_view::npos
           || source.find("[\"input\"]") != std::string_view::npos;
}

} // namespace

ChatFormat::ChatFormat(std::string name,
                       const std::string& source,
                       bool wantsTokenizerRule,
                       Value variables)
    : m_name(std::move(name)),
      m_key(contract::toJson(Value::List{source, wantsTokenizerRule, variables})),
      m_template(bridge::ChatTemplate::compile(source, m_name)),
      m_wantsTokenizerRule(wantsTokenizerRule), m_readsInput(mentionsInput(source)),
      m_variables(contract::toJson(variables))
{
}

void ChatFormat::addToolTemplate(const std::string& source)
{
    m_toolTemplate = bridge::ChatTemplate::compile(source, kToolTemplate);
    m_key += contract::toJson(Value(source));
}

ChatFormat ChatFormat::resolve(const Tokenizer& tokenizer, const std::string& name)
{
    const auto own = tokenizer.chatTemplate();
    if (name == "model" || (name == "auto" && !own.empty())) {
        if (own.empty()) {
            throw Failure(code::kBadField,
                          "data.template: the model has no chat template",
                          "Choose plain, alpaca, chatml, none or a template file.",
                          "data.template");
        }
        ChatFormat format("model", own, false, tokenizer.specialTokens());
        if (const auto forTools = tokenizer.chatTemplate(true); forTools != own) {
            format.addToolTemplate(forTools);
        }
        return format;
    }
    const std::string wanted = name == "auto" ? "plain" : name;
    if (const BuiltInTemplate* builtIn = findBuiltInTemplate(wanted)) {
        auto variables = tokenizer.specialTokens();
        variables.set("eos_token", variables["eos_token"].toString());
        variables.set("preamble", builtIn->preamble);
        return {wanted, builtIn->source, true, std::move(variables)};
    }
    const auto templates = readTemplateAt(wanted);
    ChatFormat format(wanted, templates.at(kDefaultTemplate), false, tokenizer.specialTokens());
    if (const auto forTools = templates.find(kToolTemplate); forTools != templates.end()) {
        format.addToolTemplate(forTools->second);
    }
    return format;
}

std::vector<std::string> ChatFormat::messages(const contract::Conversation& conversation) const
{
    std::vector<std::string> messages;
    messages.reserve(conversation.turns.size());
    for (const auto& turn : conversation.turns) {
        auto message = Value::object({{"role", turn.role}, {"content", turn.content}});
        if (m_readsInput) {
            message.set("input", turn.input);
        } else if (!turn.input.empty()) {
            message.set("content", turn.content + "\n" + turn.input);
        }
        for (const auto& [key, value] : turn.extra.toObject()) {
            message.set(key, value);
        }
        messages.push_back(contract::toJson(message));
    }
    return messages;
}

bridge::RenderedChat ChatFormat::render(const std::vector<std::string>& messages,
                                        size_t count,
                                        const Value& tools,
                                        bridge::ChatEnd end) const
{
    std::string list = "[";
    for (size_t index = 0; index < count; ++index) {
        list += (index > 0 ? "," : "") + messages[index];
    }
    list += "]";
    const auto& chosen = m_toolTemplate && !tools.isNull() ? *m_toolTemplate : m_template;
    return chosen.render(list, contract::toJson(tools), m_variables, end);
}

std::optional<int64_t> endOfTurnId(const Tokenizer& tokenizer)
{
    if (tokenizer.chatTemplate().empty()) {
        return std::nullopt;
    }
    contract::Conversation probe;
    probe.turns = {{"user", "question", {}, true, {}}, {"assistant", "answer-probe", {}, true, {}}};
    try {
        const auto format = ChatFormat::resolve(tokenizer, "model");
        const auto text = format.render(format.messages(probe), 2, {}).text;
        const auto answer = text.rfind("answer-probe");
        if (answer == std::string::npos) {
            return std::nullopt;
        }
        const auto end = answer + probe.turns.back().content.size();
        const auto mark = markAfter(text, end, tokenizer.bridge().specialTexts());
        return mark.empty() ? std::nullopt : tokenizer.bridge().idOf(mark);
    } catch (const Failure&) {
        // A template that refuses the probe is reported when it is used, with the conversation it
        // refuses.
        return std::nullopt;
    }
}

} // namespace engine::text
