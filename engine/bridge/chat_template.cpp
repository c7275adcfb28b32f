// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/bridge/chat_template.h"

#include "engine/bridge/rust_side.h"

namespace engine::bridge {

namespace {

constexpr const char* kHint = "Choose another template or correct this line of it.";

} // namespace

struct ChatTemplate::Rust
{
    rust::Box<rust_side::ChatTemplate> chatTemplate;
};

ChatTemplate ChatTemplate::compile(std::string_view source, const std::string& name)
{
    return orFailure(code::kBadTemplate, kHint, name, [&] {
        return ChatTemplate(
            std::make_unique<Rust>(Rust{rust_side::compile_template(bytesOf(source))}), name);
    });
}

ChatTemplate::ChatTemplate(std::unique_ptr<Rust> rust, std::string name)
    : m_rust(std::move(rust)), m_name(std::move(name))
{
}

ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;
ChatTemplate::~ChatTemplate() = default;

RenderedChat ChatTemplate::render(std::string_view messagesJson,
                                  std::string_view toolsJson,
                                  std::string_view variablesJson,
                                  ChatEnd end) const
{
    return orFailure(code::kBadTemplate, kHint, m_name, [&] {
        const auto rendered = m_rust->chatTemplate->render(bytesOf(messagesJson),
                                                           bytesOf(toolsJson),
                                                           bytesOf(variablesJson),
                                                           end == ChatEnd::GenerationPrompt,
                                                           end == ChatEnd::OpenMessage);
        RenderedChat chat{std::string(rendered.text), {}};
        for (size_t index = 0; index < rendered.begins.size(); ++index) {
            chat.generations.push_back({rendered.begins[index], rendered.ends[index]});
        }
        return chat;
    });
}

} // namespace engine::bridge
