// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Where the answers of an exchange part: which token, what each pane wrote there and how sure it
// was. Said in a sentence and marked in the text.
#pragma once

#include "ui/pages/playground/conversation.h"

namespace ui::pages::playground {

// Two answers from their first differing token on.
struct Difference
{
    std::size_t first = 0; // panes
    std::size_t second = 1;
    std::size_t token = 0; // index from 0; may be the length of an answer that ends there
};

// Nothing while they agree, as far as both are written. A finished answer that is the beginning of
// the other differs at its end.
std::optional<std::size_t> firstDifference(const Answer& one, const Answer& other);

// The pair that is marked: the last two of so many panes. An exchange may hold answers of panes
// that were closed.
std::optional<Difference> markedDifference(const Exchange& exchange, std::size_t panes);

// The part of an answer to mark: from the token to the end of its word, without leading blanks.
// Empty where the answer ends.
struct TextRange
{
    qsizetype begin = 0;
    qsizetype end = 0;
};
TextRange wordAt(const Answer& answer, std::size_t token);

// "A and B differ from token 33: “re” 54 % against “check” 47 %. Base differs from token 1." Empty
// when there is nothing to compare yet.
QString differenceSentence(const std::vector<PaneSetup>& panes, const Exchange& exchange);

} // namespace ui::pages::playground
