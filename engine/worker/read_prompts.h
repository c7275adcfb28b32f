// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The keys and values of what was read last with each set of adapters, so that a conversation that
// goes on is not read again from its start. Compute thread only.
#pragma once

#include "engine/generate/continuation.h"

#include <list>
#include <utility>
#include <vector>

namespace engine::worker {

// Adapters at work, by a number that each reading of one has of its own, and their scales.
using AdapterSet = std::vector<std::pair<int64_t, double>>;

class ReadPrompts
{
public:
    // What is kept for the set; from then on it is not.
    generate::ReadPrompt take(const AdapterSet& adapters);

    // Keeps it in place of what the set has. While all together take more than `room` bytes the
    // one that was kept longest ago goes.
    void keep(const AdapterSet& adapters, generate::ReadPrompt prompt, std::size_t room);

    void clear() { m_kept.clear(); }

private:
    struct Kept
    {
        AdapterSet adapters;
        generate::ReadPrompt prompt;
    };

    std::list<Kept> m_kept; // the latest last
};

} // namespace engine::worker
