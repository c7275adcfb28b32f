// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/row.h"

#include "app/base/text.h"
#include "engine/contract/value.h"

namespace app::library {

using ::engine::contract::parseJson;
using ::engine::contract::Value;

std::optional<double> Row::optionalReal(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(real(column));
}

std::optional<qint64> Row::optionalInteger(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(integer(column));
}

QDateTime Row::time(int column) const
{
    return isNull(column) ? QDateTime() : QDateTime::fromMSecsSinceEpoch(integer(column), Qt::UTC);
}

QStringList Row::texts(int column) const
{
    QStringList texts;
    if (const auto list = parseJson(stdString(text(column)))) {
        for (const Value& item : list.value().toList()) {
            texts.append(qs(item.toString()));
        }
    }
    return texts;
}

std::vector<double> Row::reals(int column) const
{
    std::vector<double> numbers;
    if (const auto list = parseJson(stdString(text(column)))) {
        for (const Value& item : list.value().toList()) {
            numbers.push_back(item.toDouble());
        }
    }
    return numbers;
}

QVariant toColumn(const std::optional<double>& value)
{
    return value ? QVariant(*value) : QVariant();
}

QVariant toColumn(const std::optional<qint64>& value)
{
    return value ? QVariant(*value) : QVariant();
}

QVariant toColumn(const QDateTime& time)
{
    return time.isValid() ? QVariant(time.toMSecsSinceEpoch()) : QVariant();
}

QVariant toColumn(const QStringList& texts)
{
    Value list = Value::List();
    for (const QString& text : texts) {
        list.append(stdString(text));
    }
    return qs(toJson(list));
}

QVariant toColumn(const std::vector<double>& numbers)
{
    return qs(toJson(Value::list(numbers)));
}

QVariant textOrNull(const QString& text)
{
    return text.isEmpty() ? QVariant() : QVariant(text);
}

} // namespace app::library
