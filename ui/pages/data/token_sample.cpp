// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/token_sample.h"

#include "app/base/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui::pages::data {

namespace {

using engine::contract::Value;
using namespace Qt::StringLiterals;

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::data::TokenSample)
};

QString textAt(const Value& list, std::size_t i)
{
    const auto& items = list.toList();
    return i < items.size() ? app::qs(items[i].toString()) : QString();
}

bool flagAt(const Value& list, std::size_t i)
{
    const auto& items = list.toList();
    return i < items.size() && items[i].toInteger() != 0;
}

// Spans outside the tokens or out of order are not believed: then all tokens are one span.
std::vector<TokenSpan> readSpans(const Value& spans, int tokens)
{
    std::vector<TokenSpan> read;
    int next = 0;
    for (const Value& span : spans.toList()) {
        const int64_t begin = span["begin"].toInteger(-1);
        const int64_t end = span["end"].toInteger();
        if (begin < next || end <= begin || end > tokens) {
            return {{QString(), 0, tokens}};
        }
        const int first = static_cast<int>(begin);
        const int count = static_cast<int>(end - begin);
        if (first > next) {
            read.push_back({QString(), next, first - next});
        }
        read.push_back({app::qs(span["role"].toString()), first, count});
        next = first + count;
    }
    if (next < tokens) {
        read.push_back({QString(), next, tokens - next});
    }
    return read;
}

} // namespace

int TokenSample::trainedTokens() const
{
    return static_cast<int>(std::ranges::count_if(tokens, &Token::trained));
}

int TokenSample::specialTokens() const
{
    return static_cast<int>(std::ranges::count_if(tokens, &Token::special));
}

TokenSample readTokenSample(const Value& sample, qint64 row)
{
    TokenSample read;
    read.row = sample["index"].isInteger() ? sample["index"].toInteger() + 1 : row;
    const auto& ids = sample["ids"].toList();
    read.tokens.reserve(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        Token token;
        token.id = ids[i].toInteger();
        token.piece = textAt(sample["pieces"], i);
        token.text = sample.contains("texts") ? textAt(sample["texts"], i) : token.piece;
        token.trained = flagAt(sample["mask"], i);
        token.special = flagAt(sample["special"], i);
        read.tokens.push_back(std::move(token));
    }
    read.spans = readSpans(sample["turns"], static_cast<int>(read.tokens.size()));
    read.truncatedTokens = sample["truncated"].toInteger();
    for (const Value& finding : sample["findings"].toList()) {
        read.findings.append(app::qs(finding.toString()));
    }
    return read;
}

QString visibleText(const Token& token)
{
    QString text = token.text;
    text.replace(u' ', u'·');
    text.replace(u'\n', u'⏎');
    text.replace(u'\r', u'␍');
    text.replace(u'\t', u'⇥');
    return text.isEmpty() ? u"∅"_s : text;
}

QString findingText(const QString& finding)
{
    if (finding == "special_token_text"_L1) {
        return Texts::tr("A turn holds the text of a special token. It becomes that token.");
    }
    if (finding == "double_bos"_L1) {
        return Texts::tr("The template and the tokenizer both begin with BOS. One was removed.");
    }
    if (finding == "no_bos"_L1) {
        return Texts::tr("The tokenizer begins with BOS, the template does not.");
    }
    if (finding == "no_end_of_turn"_L1) {
        return Texts::tr("A trained answer does not end with a stop token: "
                         "the model may not learn to stop.");
    }
    if (finding == "end_cut"_L1) {
        return Texts::tr("The end of an answer is cut, and with it the token that stops.");
    }
    if (finding == "answer_not_found"_L1) {
        return Texts::tr("The template does not show an answer.");
    }
    return finding;
}

} // namespace ui::pages::data
