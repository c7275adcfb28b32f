// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A chat template (Jinja) rendered as the reference library renders it; an untrusted one cannot
// read files or run on.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace engine::bridge {

struct RenderedChat
{
    // Bytes [begin, end) of the text, in order.
    struct Span
    {
        size_t begin;
        size_t end;
    };

    std::string text;
    std::vector<Span> generations; // what the template marks with {% generation %}
};

// How the text ends: as it does, with what an answer begins with, or inside the last message, which
// the model is to go on with.
enum class ChatEnd { Closed, GenerationPrompt, OpenMessage };

class ChatTemplate
{
public:
    // `name` is what messages call it. Failure kBadTemplate names the line of `source`.
    static ChatTemplate compile(std::string_view source, const std::string& name);
    ChatTemplate(ChatTemplate&&) noexcept;
    ChatTemplate& operator=(ChatTemplate&&) noexcept;
    ~ChatTemplate();

    // `messagesJson` is a list of {role, content, …}, `toolsJson` a list or "null", `variablesJson`
    // an object with the special tokens by name (bos_token, …) and what else the template may read
    // (documents, …). Failure kBadTemplate names the template's line and why: its own
    // raise_exception, an error, or more work, values (256 MiB) or output (16 MiB) than a template
    // may take.
    RenderedChat render(std::string_view messagesJson,
                        std::string_view toolsJson,
                        std::string_view variablesJson,
                        ChatEnd end) const;

private:
    struct Rust;
    ChatTemplate(std::unique_ptr<Rust> rust, std::string name);

    std::unique_ptr<Rust> m_rust;
    std::string m_name;
};

} // namespace engine::bridge
