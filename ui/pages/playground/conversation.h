// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a conversation of the playground holds: the panes, what was asked and what each pane
// answered, token by token. Plain data; how it is kept in the library is here too.
#pragma once

#include "engine/contract/result.h"
#include "engine/contract/sampling.h"
#include "engine/contract/value.h"

#include <QList>
#include <QString>

#include <optional>
#include <vector>

namespace ui::pages::playground {

inline constexpr int kMostPanes = 3;

// An adapter as a pane shows it.
struct AdapterChoice
{
    QString path;
    QString id; // of the library; empty for a folder from elsewhere
    QString name;
    QString sha256;
    qint64 parameters = 0; // 0 = not known
    qint64 bytes = 0;
};

struct PaneSetup
{
    std::optional<AdapterChoice> adapter; // nothing: the base alone
    double scale = 1;
};

struct Alternative
{
    QString text;
    double probability = 0;
};

struct WrittenToken
{
    qint64 id = 0;
    double probability = 0; // by the model's own distribution
    qsizetype end = 0;      // its text is [end of the token before, end) of the answer
    std::vector<Alternative> top;
};

struct Answer
{
    enum class State { Waiting, Loading, Writing, Done, Stopped, Failed };

    std::optional<AdapterChoice> adapter; // with which it was written
    double scale = 1;
    // {"trained_on", "held_in"}: the forms of the base where the adapter was trained on another one
    // than it answered on (docs/contract.md section 5); else null.
    ::engine::contract::Value precision;
    State state = State::Waiting;
    QString text;
    std::vector<WrittenToken> tokens; // empty for an answer read from the library
    qint64 tokenCount = 0;
    double tokensPerSecond = 0; // 0 while it is written
    QString stop;
    // The chat template it was written in, as the engine names it; empty while that is not known.
    QString templateName;
    QString templateFrom;            // "asked", "adapter", "model", "fallback"
    ::engine::contract::Error error; // when Failed

    bool isBusy() const
    {
        return state == State::Waiting || state == State::Loading || state == State::Writing;
    }
    // Where the text of token `index` begins.
    qsizetype begin(std::size_t index) const { return index == 0 ? 0 : tokens[index - 1].end; }
    // The token at a place in the text; nothing where none is.
    std::optional<std::size_t> tokenAt(qsizetype offset) const;
};

struct Exchange
{
    QString question;
    std::vector<Answer> answers; // one for each pane there was
};

struct Conversation
{
    qint64 row = 0; // in the library; 0 = not kept yet
    QString model;  // folder of the base
    QString system;
    ::engine::contract::Sampling sampling;
    bool sameSeed = true;
    std::vector<PaneSetup> panes = {PaneSetup()};
    std::vector<Exchange> exchanges;

    // The first line of the first question.
    QString title() const;
};

// "9f3c41d7 × 0.85", or "base".
QString writtenBy(const Answer& answer);
// "the adapter's template", "template plain"; empty while it is not known.
QString templateWords(const Answer& answer);
// "Trained on the base in NF4, which is in full precision here"; empty where there is nothing to
// say.
QString precisionText(const ::engine::contract::Value& precision);
// "Base", "A", "B": the first pane without an adapter is the base, the others count on.
QString paneLetter(const std::vector<PaneSetup>& panes, std::size_t index);

::engine::contract::Value toValue(const Conversation& conversation);
// What cannot be read is left at its default: an older or newer studio may have written it.
Conversation conversationOf(const ::engine::contract::Value& value);
// The whole as text, to paste elsewhere.
QString toText(const Conversation& conversation);

} // namespace ui::pages::playground
