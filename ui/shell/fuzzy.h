// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Finds what the user means by a few letters: every letter of the pattern in order, best where they
// start words or stand together. Hangul matches while it is typed: a lone consonant finds the
// syllables that begin with it, an open syllable those that close it. Pure functions.
#pragma once

#include <QList>
#include <QString>

#include <optional>

namespace ui::shell {

struct FuzzyMatch
{
    int score = 0;        // higher is better; comparable between texts for one pattern
    QList<int> positions; // of the matched letters in the text, ascending
};

// The match of `pattern` in `text`, blanks in the pattern and letter case ignored; nothing when a
// letter is missing. An empty pattern matches everything with score 0.
std::optional<FuzzyMatch> fuzzyMatch(const QString& pattern, const QString& text);

} // namespace ui::shell
