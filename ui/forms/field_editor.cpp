// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/field_editor.h"

#include "app/base/text.h"
#include "ui/forms/lines_editor.h"
#include "ui/forms/path_editor.h"
#include "ui/forms/simple_editors.h"
#include "ui/forms/text_editors.h"

namespace ui::forms {

namespace {

using engine::contract::Field;
using engine::contract::Value;
namespace field_type = engine::contract::field_type;

QString writeString(const Value& value)
{
    return app::qs(value.toString());
}

ReadText readString(const QString& text)
{
    return {Value(app::stdString(text)), {}};
}

} // namespace

std::unique_ptr<FieldEditor> makeFieldEditor(const Field& field)
{
    if (field.type == field_type::kInteger || field.type == field_type::kNumber) {
        return std::make_unique<NumberEditor>(field);
    }
    if (field.type == field_type::kBoolean) {
        return std::make_unique<SwitchEditor>(field);
    }
    if (field.type == field_type::kChoice) {
        return std::make_unique<ChoiceEditor>(field);
    }
    if (field.type == field_type::kPath) {
        return std::make_unique<PathEditor>(field);
    }
    if (field.type == field_type::kList) {
        return std::make_unique<LinesEditor>(
            field, LinesEditor::Format{ValueText::fromList, ValueText::toList});
    }
    if (field.type == field_type::kObject) {
        return std::make_unique<LinesEditor>(
            field, LinesEditor::Format{ValueText::fromObject, ValueText::toObject});
    }
    if (field.type == field_type::kLayers) {
        return std::make_unique<LineEditor>(
            field, LineEditor::Format{ValueText::fromLayers, ValueText::toLayers});
    }
    if (field.type == field_type::kTargets) {
        return std::make_unique<LineEditor>(
            field, LineEditor::Format{ValueText::fromTargets, ValueText::toTargets, true});
    }
    if (field.type == field_type::kString) {
        return std::make_unique<LineEditor>(field, LineEditor::Format{writeString, readString});
    }
    return std::make_unique<LineEditor>(
        field, LineEditor::Format{ValueText::fromJson, ValueText::toJsonValue, true});
}

bool isSameValue(const Value& a, const Value& b)
{
    return a == b || (a.isNumber() && b.isNumber() && a.toDouble() == b.toDouble());
}

} // namespace ui::forms
