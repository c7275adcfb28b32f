// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts a byte stream into lines. A line that is not whole yet waits for the rest; one that is too
// long or no UTF-8 is refused in words, and reading goes on behind it.
#pragma once

#include "app/engine/contract.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace app::engine {

class LineReader
{
public:
    // A line without its line feed, or why there is none (kBadFile).
    using Take = std::function<void(contract::Result<std::string_view> line)>;

    explicit LineReader(std::size_t longestLine = contract::kMaximumLineBytes)
        : m_longestLine(longestLine)
    {
    }

    // Hands over each line that these bytes complete, in order.
    void add(std::string_view bytes, const Take& take);
    // What is left when the stream has ended, if anything: a last line without a line feed.
    void finish(const Take& take);

private:
    void deliver(std::string_view line, const Take& take) const;

    std::size_t m_longestLine;
    std::string m_torn;             // the beginning of a line
    std::size_t m_skippedBytes = 0; // of a line that is too long, while its end is awaited
};

} // namespace app::engine
