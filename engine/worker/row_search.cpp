// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/row_search.h"

#include <algorithm>

namespace engine::worker {

namespace {

// Of UTF-8 only ASCII bytes change, so that no character is torn.
char small(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

bool holdsText(std::string_view text, std::string_view wanted)
{
    const auto found = std::search(
        text.begin(), text.end(), wanted.begin(), wanted.end(), [](char have, char want) {
            return small(have) == want;
        });
    return found != text.end() || wanted.empty();
}

RowSearch::RowSearch(std::string text, int64_t first, int64_t rows)
    : m_text(std::move(text)), m_first(first), m_rows(rows)
{
    std::ranges::transform(m_text, m_text.begin(), small);
}

void RowSearch::add(const data::Record& record)
{
    if (!isMatch(record)) {
        return;
    }
    if (m_matches >= m_first && m_matches < m_first + m_rows) {
        m_found.push_back(record);
    }
    ++m_matches;
}

bool RowSearch::isMatch(const data::Record& record) const
{
    const auto holds = [this](const std::string& text) { return holdsText(text, m_text); };
    const auto says = [&](const contract::Turn& turn) {
        return holds(turn.content) || holds(turn.input);
    };
    return holds(record.text) || holds(record.textPair) || holds(record.label.toString())
           || std::ranges::any_of(record.conversation.turns, says)
           || std::ranges::any_of(record.rejected, says);
}

} // namespace engine::worker
