// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How long the studio waits for an engine before it acts. Tests pass shorter ones.
#pragma once

#include <chrono>

namespace app::engine {

struct Patience
{
    using Milliseconds = std::chrono::milliseconds;

    Milliseconds silence = std::chrono::seconds(30); // without a line, `alive` comes every 5 s
    Milliseconds ending = std::chrono::seconds(5);   // from terminate to kill
    Milliseconds firstRestart = std::chrono::milliseconds(500); // doubled after each crash in a row
    Milliseconds longestRestart = std::chrono::seconds(30);
};

} // namespace app::engine
