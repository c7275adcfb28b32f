// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Files of prompts and conversations: every turn has a role and is taken, or a line is refused.
#include "engine/worker/chat_lines.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;

namespace {

void requireRoles(const contract::Conversation& conversation)
{
    for (const contract::Turn& turn : conversation.turns) {
        fuzz::require(worker::isRole(turn.role), "a turn without a role");
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto path = fuzz::fileOf(fuzz::textOf(data, size), "prompts.jsonl");
    fuzz::orRefused([&] { requireRoles(worker::readChat(path)); });
    fuzz::orRefused([&] {
        for (const worker::ChatLine& line : worker::readPrompts(path)) {
            requireRoles(line.conversation);
            fuzz::require(line.text.empty() || line.conversation.turns.empty(),
                          "a text and a conversation at once");
        }
    });
    return 0;
}
