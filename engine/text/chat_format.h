// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How a conversation becomes one text: the model's chat template, a built-in one or a file, with
// what it may read.
#pragma once

#include "engine/bridge/chat_template.h"
#include "engine/contract/conversation.h"
#include "engine/text/tokenizer.h"

#include <optional>
#include <string>
#include <vector>

namespace engine::text {

class ChatFormat
{
public:
    // `name` is data.template: "auto" (the model's own, else plain), "model", "none", "plain",
    // "alpaca", "chatml" or the path of a template or its folder. kBadTemplate names the line;
    // kBadField when "model" is asked for and there is none.
    static ChatFormat resolve(const Tokenizer& tokenizer, const std::string& name);

    // "model" or one of the names above, never "auto"; resolving it again gives the same format.
    const std::string& name() const { return m_name; }
    // Everything that decides what render() gives, as a text to be hashed.
    const std::string& key() const { return m_key; }
    // Whether the text still wants the special tokens of the tokenizer's own rule. A chat template
    // writes its own.
    bool wantsTokenizerRule() const { return m_wantsTokenizerRule; }

    // The messages of `conversation`, each as the JSON object that render() reads.
    std::vector<std::string> messages(const contract::Conversation& conversation) const;
    // The first `count` messages as text, with what the template marks as the model's. Failure
    // kBadTemplate when the template refuses them.
    bridge::RenderedChat render(const std::vector<std::string>& messages,
                                size_t count,
                                const contract::Value& tools,
                                bridge::ChatEnd end = bridge::ChatEnd::Closed) const;

private:
    ChatFormat(std::string name,
               const std::string& source,
               bool wantsTokenizerRule,
               contract::Value variables);

    // For conversations with tools.
    void addToolTemplate(const std::string& source);

    std::string m_name;
    std::string m_key;
    bridge::ChatTemplate m_template;
    std::optional<bridge::ChatTemplate>
        m_toolTemplate; // for conversations with tools, where the model has one
    bool m_wantsTokenizerRule;
    bool m_readsInput; // has a place for Turn::input
    std::string m_variables;
};

// The token that ends an answer in the model's own template; nothing when that cannot be told.
std::optional<int64_t> endOfTurnId(const Tokenizer& tokenizer);

} // namespace engine::text
