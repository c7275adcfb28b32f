// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/value_text.h"

#include "app/base/text.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>

namespace ui::forms {

namespace {

using app::qs;
using app::stdString;
using engine::contract::Field;
using engine::contract::parseJson;
using engine::contract::toJson;
using engine::contract::Value;

constexpr int64_t kMostLayers = 10'000;

// Reads as JSON rather than as itself.
bool looksLikeJson(const QString& text)
{
    return text.startsWith(u'{') || text.startsWith(u'[') || text.startsWith(u'"');
}

QString textOf(const Value& value)
{
    const QString text = value.isString() ? qs(value.toString()) : QString();
    const bool isPlain = value.isString() && !looksLikeJson(text) && text == text.trimmed()
                         && !text.isEmpty() && !text.contains(u'\n') && !text.contains(u'\r');
    return isPlain ? text : qs(toJson(value));
}

bool holdsNumbers(const Field& field)
{
    const Value::List& list = field.defaultValue.toList();
    return !list.empty() && list.front().isNumber();
}

bool isAllowed(const Field& field, const Value& value)
{
    return field.choices.empty()
           || std::find(field.choices.begin(), field.choices.end(), value.toString())
                  != field.choices.end();
}

// The last "=", or the one before a value in quotation marks, which may hold others.
qsizetype dividerOf(const QString& line)
{
    for (qsizetype at = line.indexOf(u'='); at >= 0; at = line.indexOf(u'=', at + 1)) {
        const QString rest = line.mid(at + 1).trimmed();
        if (rest.startsWith(u'"') && parseJson(stdString(rest))) {
            return at;
        }
    }
    return line.lastIndexOf(u'=');
}

QString choiceList(const Field& field)
{
    QStringList names;
    for (const std::string& choice : field.choices) {
        names.append(qs(choice));
    }
    return names.join(QLatin1String(", "));
}

} // namespace

QString ValueText::fromList(const Value& list)
{
    QStringList lines;
    for (const Value& item : list.toList()) {
        lines.append(textOf(item));
    }
    return lines.join(u'\n');
}

ReadText ValueText::toList(const QString& text, const Field& field)
{
    Value list = Value::List();
    int number = 0;
    for (const QString& raw : text.split(u'\n')) {
        ++number;
        const QString line = raw.trimmed();
        if (line.isEmpty()) {
            continue;
        }
        Value item(stdString(line));
        if (looksLikeJson(line) || holdsNumbers(field)) {
            engine::contract::Result<Value> parsed = parseJson(stdString(line));
            if (!parsed) {
                return {{}, tr("Line %1 is not valid JSON").arg(number)};
            }
            item = std::move(parsed).value();
        }
        if (!isAllowed(field, item)) {
            return {{}, tr("Line %1: expected one of %2").arg(number).arg(choiceList(field))};
        }
        list.append(std::move(item));
    }
    return {std::move(list), {}};
}

QString ValueText::fromObject(const Value& object)
{
    QStringList lines;
    for (const auto& [key, value] : object.toObject()) {
        const QString text = textOf(value);
        // The last "=" divides, so a value that holds one is quoted.
        lines.append(qs(key) + QLatin1String(" = ")
                     + (text.contains(u'=') && value.isString() ? qs(toJson(value)) : text));
    }
    return lines.join(u'\n');
}

ReadText ValueText::toObject(const QString& text, const Field& field)
{
    Value object = Value::Object();
    int number = 0;
    for (const QString& raw : text.split(u'\n')) {
        ++number;
        const QString line = raw.trimmed();
        if (line.isEmpty()) {
            continue;
        }
        const qsizetype divider = dividerOf(line);
        const QString key = line.left(std::max<qsizetype>(divider, 0)).trimmed();
        const QString content = line.mid(divider + 1).trimmed();
        if (divider < 0 || key.isEmpty() || content.isEmpty()) {
            return {{}, tr("Line %1: expected “name = value”").arg(number)};
        }
        const engine::contract::Result<Value> parsed = parseJson(stdString(content));
        Value value = parsed ? parsed.value() : Value(stdString(content));
        if (!isAllowed(field, value)) {
            return {{}, tr("Line %1: expected one of %2").arg(number).arg(choiceList(field))};
        }
        if (object.contains(stdString(key))) {
            return {{}, tr("Line %1: “%2” stands there twice").arg(number).arg(key)};
        }
        object.set(stdString(key), std::move(value));
    }
    return {std::move(object), {}};
}

QString ValueText::fromLayers(const Value& layers)
{
    if (!layers.isList()) {
        return QStringLiteral("all");
    }
    QStringList parts;
    const Value::List& list = layers.toList();
    for (std::size_t i = 0; i < list.size();) {
        std::size_t end = i;
        while (end + 1 < list.size() && list[end + 1].toInteger() == list[end].toInteger() + 1) {
            ++end;
        }
        const QString first = QString::number(list[i].toInteger());
        parts.append(end > i ? first + u'-' + QString::number(list[end].toInteger()) : first);
        i = end + 1;
    }
    return parts.join(QLatin1String(", "));
}

ReadText ValueText::toLayers(const QString& text)
{
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty() || trimmed.compare(QLatin1String("all"), Qt::CaseInsensitive) == 0) {
        return {Value("all"), {}};
    }
    static const QRegularExpression kPart(QStringLiteral("^(\\d+)(?:-(\\d+))?$"));
    static const QRegularExpression kRange(QStringLiteral("\\s*[-–…]\\s*"));
    static const QRegularExpression kBetween(QStringLiteral("[,;\\s]+"));
    Value list = Value::List();
    const QString plain = QString(trimmed).replace(kRange, QStringLiteral("-"));
    for (const QString& part : plain.split(kBetween, Qt::SkipEmptyParts)) {
        const QRegularExpressionMatch match = kPart.match(part);
        const int64_t first = match.captured(1).toLongLong();
        const int64_t last = match.captured(2).isEmpty() ? first : match.captured(2).toLongLong();
        if (!match.hasMatch() || last < first || last >= kMostLayers) {
            return {{}, tr("Expected “all” or layers such as “0-3, 8”")};
        }
        for (int64_t layer = first; layer <= last; ++layer) {
            list.append(Value(layer));
        }
    }
    return {std::move(list), {}};
}

QString ValueText::fromTargets(const Value& targets)
{
    if (targets.isString()) {
        return qs(targets.toString());
    }
    QStringList names;
    for (const Value& name : targets.toList()) {
        names.append(qs(name.toString()));
    }
    return names.join(QLatin1String(", "));
}

ReadText ValueText::toTargets(const QString& text)
{
    const QString trimmed = text.trimmed();
    for (const char* word : {"all-linear", "auto"}) {
        if (trimmed == QLatin1String(word)) {
            return {Value(word), {}};
        }
    }
    static const QRegularExpression kNames(
        QStringLiteral("^[\\w.-]*(?:\\s*[,\\s]\\s*[\\w.-]+)*,?$"),
        QRegularExpression::UseUnicodePropertiesOption);
    if (!kNames.match(trimmed).hasMatch()) {
        const QRegularExpression expression(trimmed);
        if (!expression.isValid()) {
            return {{}, tr("Not a regular expression: %1").arg(expression.errorString())};
        }
        return {Value(stdString(trimmed)), {}};
    }
    Value list = Value::List();
    for (const QString& name :
         trimmed.split(QRegularExpression(QStringLiteral("[,\\s]+")), Qt::SkipEmptyParts)) {
        list.append(Value(stdString(name)));
    }
    return {std::move(list), {}};
}

QString ValueText::fromJson(const Value& value)
{
    return value.isNull() ? QString() : qs(toJson(value));
}

ReadText ValueText::toJsonValue(const QString& text)
{
    engine::contract::Result<Value> parsed = parseJson(stdString(text.trimmed()));
    if (!parsed) {
        return {{}, tr("Expected JSON: %1").arg(qs(parsed.error().message))};
    }
    return {std::move(parsed).value(), {}};
}

} // namespace ui::forms
