// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/read_prompts.h"

#include <algorithm>

namespace engine::worker {

generate::ReadPrompt ReadPrompts::take(const AdapterSet& adapters)
{
    const auto found = std::find_if(m_kept.begin(), m_kept.end(), [&adapters](const Kept& kept) {
        return kept.adapters == adapters;
    });
    if (found == m_kept.end()) {
        return {};
    }
    generate::ReadPrompt prompt = std::move(found->prompt);
    m_kept.erase(found);
    return prompt;
}

void ReadPrompts::keep(const AdapterSet& adapters, generate::ReadPrompt prompt, std::size_t room)
{
    take(adapters);
    m_kept.push_back({adapters, std::move(prompt)});
    std::size_t bytes = 0;
    for (const Kept& kept : m_kept) {
        bytes += kept.prompt.cache.bytes();
    }
    while (bytes > room) {
        bytes -= m_kept.front().prompt.cache.bytes();
        m_kept.pop_front();
    }
}

} // namespace engine::worker
