// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/template_answer.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/pages/data/token_sample.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <array>

namespace ui::pages::data {

namespace {

using engine::contract::Value;
using namespace Qt::StringLiterals;
using Line = TemplateAnswer::Line;
using Outcome = CheckRow::Outcome;

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::data::TemplateAnswer)
};

int count(const Value& value)
{
    return static_cast<int>(value.toInteger());
}

QString templateName(const Value& told)
{
    const QString name = app::qs(told["name"].toString());
    if (name == "model"_L1) {
        return Texts::tr("the model's own");
    }
    return told["from"].toString() == "fallback" ? Texts::tr("%1, the model has none").arg(name)
                                                 : name;
}

// What a tokenizer or a template lacks, by the engine's code; of others its own words.
Line findingLine(const Value& finding)
{
    const QString code = app::qs(finding["code"].toString());
    const QString token = app::qs(finding["where"].toString());
    const bool isNote = finding["level"].toString() == "note";
    const Outcome outcome = isNote ? Outcome::Note : Outcome::Warning;
    if (code == "eos_untrained"_L1) {
        return {outcome,
                Texts::tr("The end of an answer is not trained"),
                Texts::tr("A trained model would not stop. Choose a template that writes the "
                          "model's end of turn inside the answer.")};
    }
    if (code == "no_eos"_L1) {
        return {outcome,
                Texts::tr("No token ends a text"),
                Texts::tr("Name eos_token in the model's tokenizer_config.json.")};
    }
    if (code == "end_of_turn_not_eos"_L1) {
        return {
            outcome,
            Texts::tr("Turns end with %1, which no file names as a token that stops").arg(token),
            Texts::tr("It stops here; other programs may go on. Add it to eos_token_id in "
                      "generation_config.json.")};
    }
    if (code == "eos_added"_L1) {
        return {outcome,
                Texts::tr("The template leaves the last answer open"),
                Texts::tr("Training ends it with EOS; other programs have to add it themselves.")};
    }
    if (code == "tools_ignored"_L1) {
        return {outcome, Texts::tr("The template does not show tools"), {}};
    }
    return {outcome,
            app::engineText(finding["message"].toString()),
            app::engineText(finding["hint"].toString())};
}

// Those of the samples stand in the tokenizer's check, mere facts of the tokenizer with the model.
bool isTold(const Value& finding)
{
    static constexpr std::array kOfTemplates = {"eos_added", "tools_ignored"};
    const std::string& code = finding["code"].toString();
    return finding["conversations"].isNull()
               ? finding["level"].toString() != "note"
               : std::ranges::find(kOfTemplates, code) != kOfTemplates.end();
}

QString placeOf(const Value& found)
{
    const Value& difference = found["difference"];
    const QString row = app::formatCount(found["index"].toInteger() + 1);
    const QString token = app::formatCount(difference["position"].toInteger() + 1);
    return difference["turn"].isNull()
               ? Texts::tr("Row %1, token %2 of the whole").arg(row, token)
               : Texts::tr("Row %1, token %2 of what comes before an answer").arg(row, token);
}

TemplateAnswer::Side sideOf(const QString& name, const Value& tokens, qint64 position)
{
    const qint64 begin = tokens["begin"].toInteger();
    QString text = begin > 0 ? u"…"_s : QString();
    const Value::List& texts = tokens["texts"].toList();
    for (std::size_t i = 0; i < texts.size(); ++i) {
        Token token;
        token.text = app::qs(texts[i].toString());
        const QString shown = visibleText(token);
        text += begin + qint64(i) == position ? u'[' + shown + u']' : shown;
    }
    // Where this one has ended already.
    if (begin + qint64(texts.size()) <= position) {
        text += u"[∅]"_s;
    }
    return {name, text};
}

} // namespace

TemplateAnswer readTemplateAnswer(const Value& answer)
{
    TemplateAnswer read;
    read.isSame = answer["same"].toBool();
    read.templateName = templateName(answer["template"]);
    const int checked = count(answer["checked"]);
    const int differences = count(answer["differences"]);
    const int refused = count(answer["refused"]);
    const int compared = checked - refused;
    const int texts = count(answer["texts"]);
    if (differences == 0 && compared > 0) {
        read.lines.push_back({Outcome::Good,
                              Texts::tr("Training, playground and export write the same tokens"),
                              Texts::tr("in the first %n row(s)", nullptr, compared)});
    }
    const Value* different = nullptr;
    const Value* odd = nullptr;
    for (const Value& found : answer["cases"].toList()) {
        different = different == nullptr && !found["difference"].isNull() ? &found : different;
        odd = odd == nullptr && found["refused"].isString() ? &found : odd;
    }
    if (differences > 0) {
        QString detail = different == nullptr ? QString() : placeOf(*different);
        if (different != nullptr && (*different)["difference"]["refused"].isString()) {
            detail += u": "_s + app::qs((*different)["difference"]["refused"].toString());
        }
        read.lines.push_back({Outcome::Warning,
                              Texts::tr("%n row(s) are not written with the same tokens everywhere",
                                        nullptr,
                                        differences),
                              detail});
    }
    if (different != nullptr) {
        const Value& difference = (*different)["difference"];
        const qint64 position = difference["position"].toInteger();
        read.sides.push_back(sideOf(Texts::tr("Training"), difference["training"], position));
        if (!difference["playground"].isNull()) {
            read.sides.push_back(
                sideOf(Texts::tr("Playground"), difference["playground"], position));
        }
        read.sides.push_back(sideOf(Texts::tr("Export"), difference["export"], position));
    }
    if (refused > 0) {
        read.lines.push_back({Outcome::Warning,
                              Texts::tr("The template refuses %n row(s)", nullptr, refused),
                              odd == nullptr ? QString() : app::qs((*odd)["refused"].toString())});
    }
    if (texts > 0) {
        read.lines.push_back({Outcome::Note,
                              Texts::tr("Plain texts are trained without a template"),
                              Texts::tr("in the first %n row(s)", nullptr, texts)});
    }
    for (const Value& finding : answer["findings"].toList()) {
        if (isTold(finding)) {
            read.lines.push_back(findingLine(finding));
        }
    }
    return read;
}

} // namespace ui::pages::data
