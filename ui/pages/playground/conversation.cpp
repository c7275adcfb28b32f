// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/conversation.h"

#include "app/base/format.h"
#include "app/base/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace ui::pages::playground {

namespace {

using app::qs;
using app::stdString;
using ::engine::contract::Sampling;
using ::engine::contract::samplingSchema;
using ::engine::contract::Value;

constexpr int64_t kVersion = 1;
constexpr int kLongestTitle = 80;

class ConversationText
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::playground::ConversationText)
};

Value adapterValue(const std::optional<AdapterChoice>& adapter)
{
    if (!adapter) {
        return {};
    }
    return Value::object({{"path", stdString(adapter->path)},
                          {"id", stdString(adapter->id)},
                          {"name", stdString(adapter->name)},
                          {"sha256", stdString(adapter->sha256)},
                          {"parameters", int64_t(adapter->parameters)},
                          {"bytes", int64_t(adapter->bytes)}});
}

std::optional<AdapterChoice> adapterOf(const Value& value)
{
    if (value["path"].toString().empty()) {
        return std::nullopt;
    }
    return AdapterChoice{qs(value["path"].toString()),
                         qs(value["id"].toString()),
                         qs(value["name"].toString()),
                         qs(value["sha256"].toString()),
                         value["parameters"].toInteger(),
                         value["bytes"].toInteger()};
}

// As adapters record the form of their base: {"kind": "nf4", "double_quant": true, "embeddings":
// false}.
QString formText(const Value& form)
{
    const std::string& kind = form["kind"].toString();
    if (kind == "none") {
        return ConversationText::tr("full precision");
    }
    QString name = qs(kind);
    if (kind == "nf4") {
        name = form["double_quant"].toBool()
                   ? ConversationText::tr("NF4")
                   : ConversationText::tr("NF4 without double quantization");
    }
    return form["embeddings"].toBool() ? ConversationText::tr("%1, embeddings too").arg(name)
                                       : name;
}

Value answerValue(const Answer& answer)
{
    return Value::object({{"adapter", adapterValue(answer.adapter)},
                          {"scale", answer.scale},
                          {"precision", answer.precision},
                          {"text", stdString(answer.text)},
                          {"tokens", int64_t(answer.tokenCount)},
                          {"tokens_per_second", answer.tokensPerSecond},
                          {"stop", stdString(answer.stop)},
                          {"template",
                           Value::object({{"name", stdString(answer.templateName)},
                                          {"from", stdString(answer.templateFrom)}})}});
}

Answer answerOf(const Value& value)
{
    Answer answer;
    answer.adapter = adapterOf(value["adapter"]);
    answer.scale = value["scale"].toDouble(1);
    answer.precision = value["precision"];
    answer.text = qs(value["text"].toString());
    answer.tokenCount = value["tokens"].toInteger();
    answer.tokensPerSecond = value["tokens_per_second"].toDouble();
    answer.stop = qs(value["stop"].toString());
    answer.templateName = qs(value["template"]["name"].toString());
    answer.templateFrom = qs(value["template"]["from"].toString());
    answer.state =
        answer.stop == QLatin1String("cancelled") ? Answer::State::Stopped : Answer::State::Done;
    return answer;
}

} // namespace

std::optional<std::size_t> Answer::tokenAt(qsizetype offset) const
{
    const auto found = std::upper_bound(
        tokens.begin(), tokens.end(), offset, [](qsizetype place, const WrittenToken& token) {
            return place < token.end;
        });
    if (offset < 0 || found == tokens.end()) {
        return std::nullopt;
    }
    return std::size_t(found - tokens.begin());
}

QString Conversation::title() const
{
    if (exchanges.empty()) {
        return ConversationText::tr("New conversation");
    }
    const QString question = exchanges.front().question.left(1000).trimmed();
    const QString line = question.section(u'\n', 0, 0);
    return line.size() > kLongestTitle ? line.left(kLongestTitle) + u'…' : line;
}

QString writtenBy(const Answer& answer)
{
    if (!answer.adapter) {
        return ConversationText::tr("base");
    }
    const QString hash = answer.adapter->sha256.isEmpty() ? answer.adapter->name
                                                          : app::shortHash(answer.adapter->sha256);
    return hash + QStringLiteral(" \u00d7 ") + QLocale().toString(answer.scale, 'f', 2);
}

// A name that is a path is that of the adapter's own file.
QString templateWords(const Answer& answer)
{
    if (answer.templateName.isEmpty()) {
        return {};
    }
    if (answer.templateName == QLatin1String("model")) {
        return ConversationText::tr("the model's template");
    }
    const bool isFile = answer.templateName.contains(u'/');
    return isFile && answer.templateFrom == QLatin1String("adapter")
               ? ConversationText::tr("the adapter's template")
               //: %1 is the name of a chat template, such as "plain".
               : ConversationText::tr("template %1").arg(answer.templateName);
}

QString precisionText(const Value& precision)
{
    const Value& trained = precision["trained_on"];
    if (!trained.isObject()) {
        return {};
    }
    const QString forms = ConversationText::tr("Trained on the base in %1, which is in %2 here.")
                              .arg(formText(trained), formText(precision["held_in"]));
    return trained["corrected"].toBool()
               ? ConversationText::tr("%1 Its correction of the rounding (LoftQ) does not belong "
                                      "here.")
                     .arg(forms)
               : forms;
}

QString paneLetter(const std::vector<PaneSetup>& panes, std::size_t index)
{
    const auto isBase = [](const PaneSetup& pane) { return !pane.adapter; };
    const auto base = std::find_if(panes.begin(), panes.end(), isBase) - panes.begin();
    if (std::size_t(base) == index) {
        return ConversationText::tr("Base");
    }
    const std::size_t before = index - (std::size_t(base) < index ? 1 : 0);
    return QString(QChar(ushort('A' + before)));
}

Value toValue(const Conversation& conversation)
{
    Value panes = Value::List();
    for (const PaneSetup& pane : conversation.panes) {
        panes.append(
            Value::object({{"adapter", adapterValue(pane.adapter)}, {"scale", pane.scale}}));
    }
    Value exchanges = Value::List();
    for (const Exchange& exchange : conversation.exchanges) {
        Value answers = Value::List();
        for (const Answer& answer : exchange.answers) {
            answers.append(answerValue(answer));
        }
        exchanges.append(
            Value::object({{"question", stdString(exchange.question)}, {"answers", answers}}));
    }
    return Value::object({{"version", kVersion},
                          {"model", stdString(conversation.model)},
                          {"system", stdString(conversation.system)},
                          {"sampling", samplingSchema().toValue(conversation.sampling)},
                          {"same_seed", conversation.sameSeed},
                          {"panes", panes},
                          {"exchanges", exchanges}});
}

Conversation conversationOf(const Value& value)
{
    Conversation conversation;
    conversation.model = qs(value["model"].toString());
    conversation.system = qs(value["system"].toString());
    const auto sampling = samplingSchema().parse(
        value["sampling"], "sampling", ::engine::contract::UnknownKeys::Ignore);
    conversation.sampling = sampling ? sampling.value() : Sampling();
    conversation.sameSeed = value["same_seed"].toBool(true);
    conversation.panes.clear();
    for (const Value& pane : value["panes"].toList()) {
        if (int(conversation.panes.size()) < kMostPanes) {
            conversation.panes.push_back({adapterOf(pane["adapter"]), pane["scale"].toDouble(1)});
        }
    }
    if (conversation.panes.empty()) {
        conversation.panes.emplace_back();
    }
    for (const Value& entry : value["exchanges"].toList()) {
        Exchange exchange;
        exchange.question = qs(entry["question"].toString());
        for (const Value& answer : entry["answers"].toList()) {
            exchange.answers.push_back(answerOf(answer));
        }
        exchange.answers.resize(conversation.panes.size());
        conversation.exchanges.push_back(std::move(exchange));
    }
    return conversation;
}

QString toText(const Conversation& conversation)
{
    QString text;
    if (!conversation.system.isEmpty()) {
        text += QString(ConversationText::tr("System: %1")).arg(conversation.system)
                + QLatin1String("\n\n");
    }
    for (const Exchange& exchange : conversation.exchanges) {
        text +=
            QString(ConversationText::tr("You: %1")).arg(exchange.question) + QLatin1String("\n\n");
        for (const Answer& answer : exchange.answers) {
            text += QLatin1Char('[') + writtenBy(answer) + QLatin1String("] ") + answer.text
                    + QLatin1String("\n\n");
        }
    }
    return text.trimmed();
}

} // namespace ui::pages::playground
