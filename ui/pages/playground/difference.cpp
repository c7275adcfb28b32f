// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/difference.h"

#include "app/base/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui::pages::playground {

namespace {

constexpr int kLongestQuote = 24;

class DifferenceText
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::playground::DifferenceText)
};

bool isFinished(const Answer& answer)
{
    return answer.state == Answer::State::Done;
}

// "“re” 54 %"
QString quoted(const Answer& answer, std::size_t token)
{
    if (token >= answer.tokens.size()) {
        return DifferenceText::tr("the end");
    }
    const qsizetype begin = answer.begin(token);
    QString text = answer.text.mid(begin, answer.tokens[token].end - begin).simplified();
    text = text.isEmpty() ? QStringLiteral("\u23ce") : text.left(kLongestQuote);
    return DifferenceText::tr("\u201c%1\u201d %2")
        .arg(text, app::formatPercent(answer.tokens[token].probability, 0));
}

} // namespace

std::optional<std::size_t> firstDifference(const Answer& one, const Answer& other)
{
    const std::size_t common = std::min(one.tokens.size(), other.tokens.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (one.tokens[i].id != other.tokens[i].id) {
            return i;
        }
    }
    const Answer& shorter = one.tokens.size() <= other.tokens.size() ? one : other;
    if (one.tokens.size() != other.tokens.size() && isFinished(shorter)) {
        return common;
    }
    return std::nullopt;
}

std::optional<Difference> markedDifference(const Exchange& exchange, std::size_t panes)
{
    const std::size_t count = std::min(exchange.answers.size(), panes);
    if (count < 2) {
        return std::nullopt;
    }
    const auto token = firstDifference(exchange.answers[count - 2], exchange.answers[count - 1]);
    if (!token) {
        return std::nullopt;
    }
    return Difference{count - 2, count - 1, *token};
}

TextRange wordAt(const Answer& answer, std::size_t token)
{
    if (token >= answer.tokens.size()) {
        return {};
    }
    TextRange range{answer.begin(token), answer.tokens[token].end};
    const auto isBlank = [&answer](qsizetype at) { return answer.text.at(at).isSpace(); };
    while (range.begin < range.end && isBlank(range.begin)) {
        ++range.begin;
    }
    while (range.begin < range.end && range.end < answer.text.size() && !isBlank(range.end)) {
        ++range.end;
    }
    return range;
}

QString differenceSentence(const std::vector<PaneSetup>& panes, const Exchange& exchange)
{
    const std::vector<Answer>& answers = exchange.answers;
    const std::size_t count = std::min(answers.size(), panes.size());
    if (count < 2 || answers[count - 1].tokens.empty() || answers[count - 2].tokens.empty()) {
        return {};
    }
    const QString one = paneLetter(panes, count - 2);
    const QString other = paneLetter(panes, count - 1);
    const auto token = firstDifference(answers[count - 2], answers[count - 1]);
    QString sentence;
    if (token) {
        sentence = DifferenceText::tr("%1 and %2 differ from token %3: %4 against %5.")
                       .arg(one,
                            other,
                            app::formatCount(int64_t(*token + 1)),
                            quoted(answers[count - 2], *token),
                            quoted(answers[count - 1], *token));
    } else if (isFinished(answers[count - 2]) && isFinished(answers[count - 1])) {
        sentence = DifferenceText::tr("%1 and %2 are the same, token by token.").arg(one, other);
    } else {
        sentence = DifferenceText::tr("%1 and %2 are the same so far.").arg(one, other);
    }
    if (count == kMostPanes) {
        if (const auto first = firstDifference(answers[0], answers[1])) {
            sentence += QLatin1Char(' ')
                        + DifferenceText::tr("%1 differs from token %2.")
                              .arg(paneLetter(panes, 0), app::formatCount(int64_t(*first + 1)));
        }
    }
    return sentence;
}

} // namespace ui::pages::playground
