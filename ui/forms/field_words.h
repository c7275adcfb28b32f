// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a form says about a field: help with range and default, the reset arrow's tooltip, refusals.
#pragma once

#include "engine/contract/field.h"
#include "engine/contract/result.h"

#include <QCoreApplication>
#include <QString>

namespace ui::forms {

class FieldWords
{
    Q_DECLARE_TR_FUNCTIONS(ui::forms::FieldWords)

public:
    // Help, what is valid, the default and the name in job files.
    static QString help(const engine::contract::Field& field, const QString& path);
    // "Back to 16"
    static QString resetTo(const engine::contract::Field& field);
    // The engine's message without the field's own name before it, and its hint.
    static QString refusal(const engine::contract::Error& error, const QString& where);
    static QString searchText(const engine::contract::Field& field, const QString& path);
    // Takes the whole width of a form.
    static bool isWide(const engine::contract::Field& field);
    // As one short line: "2e-4", "all-linear", "nothing".
    static QString shortValue(const engine::contract::Value& value);
};

} // namespace ui::forms
