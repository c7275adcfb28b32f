// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/field_words.h"

#include "app/base/engine_text.h"
#include "app/base/text.h"
#include "ui/widgets/number_field.h"

namespace ui::forms {

namespace {

using app::engineText;
using app::qs;
using engine::contract::Field;
using engine::contract::Value;
namespace field_type = engine::contract::field_type;

constexpr qsizetype kLongestValue = 60;

} // namespace

QString FieldWords::shortValue(const Value& value)
{
    QString text;
    if (value.isBool()) {
        return value.toBool() ? tr("on") : tr("off");
    }
    if (value.isNumber()) {
        return widgets::shortNumber(value.toDouble());
    }
    if (value.isString()) {
        text = qs(value.toString());
    } else if (!value.isNull() && (!value.toList().empty() || !value.toObject().empty())) {
        text = qs(engine::contract::toJson(value));
    }
    if (text.isEmpty()) {
        return tr("nothing");
    }
    return text.size() > kLongestValue ? QString(text.left(kLongestValue) + u'…') : text;
}

QString FieldWords::help(const Field& field, const QString& path)
{
    QStringList lines;
    if (!field.help.empty()) {
        lines.append(engineText(field.help));
    }
    if (field.minimum || field.maximum) {
        lines.append(tr("Valid: %1").arg(qs(engine::contract::expectation(field))));
    }
    lines.append(tr("Default: %1").arg(shortValue(field.defaultValue)));
    lines.append(tr("In job files: %1").arg(path));
    return lines.join(u'\n');
}

QString FieldWords::resetTo(const Field& field)
{
    return tr("Back to %1").arg(shortValue(field.defaultValue));
}

QString FieldWords::refusal(const engine::contract::Error& error, const QString& where)
{
    QString message = engineText(error.message);
    const QString prefix = where + QLatin1String(": ");
    if (!where.isEmpty() && message.startsWith(prefix)) {
        message = message.mid(prefix.size());
    }
    if (!message.isEmpty()) {
        message[0] = message.at(0).toUpper();
    }
    return error.hint.empty() ? message : tr("%1. %2").arg(message, engineText(error.hint));
}

QString FieldWords::searchText(const Field& field, const QString& path)
{
    return QStringList{path,
                       engineText(field.label),
                       engineText(field.help),
                       engineText(field.group),
                       qs(field.label)}
        .join(u' ');
}

bool FieldWords::isWide(const Field& field)
{
    return field.type == field_type::kPath || field.type == field_type::kList
           || field.type == field_type::kObject || field.type == field_type::kTargets;
}

} // namespace ui::forms
