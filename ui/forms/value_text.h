// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Values that take a line or more of text to edit: lists, maps, targets, layers. Reading tells in
// words what is wrong. Thread-free.
#pragma once

#include "engine/contract/field.h"

#include <QCoreApplication>
#include <QString>

namespace ui::forms {

struct ReadText
{
    engine::contract::Value value;
    QString problem;
};

class ValueText
{
    Q_DECLARE_TR_FUNCTIONS(ui::forms::ValueText)

public:
    using Value = engine::contract::Value;

    // One item a line. Strings stand as they are, except those that would read as something else:
    // they and everything that is no string are JSON.
    static QString fromList(const Value& list);
    static ReadText toList(const QString& text, const engine::contract::Field& field);

    // "name = value" a line.
    static QString fromObject(const Value& object);
    static ReadText toObject(const QString& text, const engine::contract::Field& field);

    // "all", or "0-3, 8".
    static QString fromLayers(const Value& layers);
    static ReadText toLayers(const QString& text);

    // "all-linear", "auto", names with commas between, or an expression.
    static QString fromTargets(const Value& targets);
    static ReadText toTargets(const QString& text);

    static QString fromJson(const Value& value);
    static ReadText toJsonValue(const QString& text);
};

} // namespace ui::forms
