// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Prompt files: conversations and prompts, one JSON value per line.
#pragma once

#include "engine/contract/conversation.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace engine::worker {

// A plain text, or a conversation (then `text` is empty).
struct ChatLine
{
    std::string text;
    contract::Conversation conversation;
};

// Whether a turn may have this role: system, user, assistant or tool.
bool isRole(std::string_view name);

// One {"role", "content"} per line. Throws Failure(bad_data) naming file and line.
contract::Conversation readChat(const std::filesystem::path& file);

// A JSON string, {"prompt": text} or {"messages": [turns]} per line. Throws as readChat.
std::vector<ChatLine> readPrompts(const std::filesystem::path& file);

} // namespace engine::worker
