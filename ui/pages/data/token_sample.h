// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A row of data as the model sees it: its tokens, which of them are trained, and why. Read from an
// answer of `preview` (docs/contract.md section 5).
#pragma once

#include "engine/contract/value.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace ui::pages::data {

struct Token
{
    qint64 id = 0;
    QString piece; // as in the vocabulary
    QString text;  // what it stands for
    bool trained = false;
    bool special = false;
};

// Neighbouring tokens of one turn.
struct TokenSpan
{
    QString role; // "system", "user", "assistant", …; empty where there are no turns
    int first = 0;
    int count = 0;
};

struct TokenSample
{
    qint64 row = 0; // from 1
    std::vector<Token> tokens;
    std::vector<TokenSpan> spans; // cover all tokens in order
    qint64 truncatedTokens = 0;
    QStringList findings;

    int trainedTokens() const;
    int specialTokens() const;
};

// `row` is the number shown for a sample whose answer names none.
TokenSample readTokenSample(const engine::contract::Value& sample, qint64 row);

// A token on one line: a space becomes "·", a line feed "⏎", a tab "⇥"; an empty text "∅".
QString visibleText(const Token& token);

// A finding of `preview` as a sentence; an unknown one as it is.
QString findingText(const QString& finding);

} // namespace ui::pages::data
