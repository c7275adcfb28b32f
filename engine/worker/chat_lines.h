// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Prompt files: conversations and prompts, one JSON value per line.
#pragma once

#include "engine/contract/conversation.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::worker {

// A plain text, or a conversation (then `text` is empty).
struct ChatLine
{
    std::string text;
    contract::Conversation conversation;
    // The adapters that the line names, none of them for the base; nothing when it does not say.
    std::optional<std::vector<std::string>> adapters = {};
};

// Whether a turn may have this role: system, user, assistant or tool.
bool isRole(std::string_view name);

// One {"role", "content"} per line. Throws Failure(bad_data) naming file and line.
contract::Conversation readChat(const std::filesystem::path& file);

// A JSON string, {"prompt": text} or {"messages": [turns]} per line; objects may say "adapter": a
// name, a list of names, or null for the base. Throws as readChat.
std::vector<ChatLine> readPrompts(const std::filesystem::path& file);

} // namespace engine::worker
