// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The keys and values of what was read last with each set of adapters, so that a conversation that
// goes on is not read again from its start. Compute thread only.
#pragma once

#include "engine/generate/continuation.h"

#include <list>
#include <string>

namespace engine::worker {

class ReadPrompts
{
public:
    // What is kept under the name; from then on it is not.
    generate::ReadPrompt take(const std::string& adapters);

    // Keeps it in place of what has the name. While all together take more than `room` bytes the
    // one that was kept longest ago goes.
    void keep(const std::string& adapters, generate::ReadPrompt prompt, std::size_t room);

    void clear() { m_kept.clear(); }

private:
    struct Kept
    {
        std::string adapters;
        generate::ReadPrompt prompt;
    };

    std::list<Kept> m_kept; // the latest last
};

} // namespace engine::worker
