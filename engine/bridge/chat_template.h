// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A chat template (Jinja) rendered as the reference library renders it; an untrusted one cannot
// read files or run on.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace engine::bridge {

class ChatTemplate
{
public:
    // `name` is what messages call it. Failure kBadTemplate names the line of `source`.
    static ChatTemplate compile(std::string_view source, const std::string& name);
    ChatTemplate(ChatTemplate&&) noexcept;
    ChatTemplate& operator=(ChatTemplate&&) noexcept;
    ~ChatTemplate();

    // `messagesJson` is a list of {role, content, …}, `toolsJson` a list or "null", `variablesJson`
    // an object with the special tokens by name (bos_token, …). Failure kBadTemplate names the
    // template's line and why: its own raise_exception, an error, or more work or output (16 MiB)
    // than a template may take.
    std::string render(std::string_view messagesJson,
                       std::string_view toolsJson,
                       std::string_view variablesJson,
                       bool addGenerationPrompt) const;

private:
    struct Rust;
    ChatTemplate(std::unique_ptr<Rust> rust, std::string name);

    std::unique_ptr<Rust> m_rust;
    std::string m_name;
};

} // namespace engine::bridge
