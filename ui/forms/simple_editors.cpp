// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/simple_editors.h"

#include "app/base/engine_text.h"
#include "app/base/text.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/switch.h"

#include <QSignalBlocker>

#include <cmath>
#include <limits>

namespace ui::forms {

namespace {

// Learning rates and the like: a step that adds would leave the range at once.
constexpr double kSmall = 0.01;

} // namespace

NumberEditor::NumberEditor(const engine::contract::Field& field)
    : FieldEditor(field),
      m_number(new widgets::NumberField(isWhole() ? widgets::NumberField::Kind::Integer
                                                  : widgets::NumberField::Kind::Real))
{
    constexpr double kAny = std::numeric_limits<double>::max();
    m_number->setRange(field.minimum.value_or(-kAny), field.maximum.value_or(kAny));
    const double usual = std::abs(field.defaultValue.toDouble());
    if (!isWhole() && usual > 0 && usual < kSmall) {
        m_number->setStep(0, 2);
    } else if (!isWhole() && usual <= 1) {
        m_number->setStep(0.01);
    }
    QObject::connect(m_number, &widgets::NumberField::edited, this, [this] { Q_EMIT edited(); });
    QObject::connect(
        m_number, &widgets::NumberField::committed, this, [this] { Q_EMIT committed(); });
}

QWidget* NumberEditor::widget() const
{
    return m_number;
}

FieldEditor::Value NumberEditor::value() const
{
    const std::optional<double> number = m_number->value();
    if (!number || !problem().isEmpty()) {
        return {};
    }
    return isWhole() ? Value(static_cast<int64_t>(std::llround(*number))) : Value(*number);
}

void NumberEditor::setValue(const Value& value)
{
    if (const Value shown = this->value(); !shown.isNull() && isSameValue(shown, value)) {
        return;
    }
    m_number->setValue(value.toDouble());
}

QString NumberEditor::problem() const
{
    if (!m_number->value()) {
        return isWhole() ? tr("Expected a whole number") : tr("Expected a number");
    }
    if (!m_number->isInRange()) {
        return tr("Expected %1").arg(app::qs(engine::contract::expectation(field())));
    }
    return {};
}

ChoiceEditor::ChoiceEditor(const engine::contract::Field& field)
    : FieldEditor(field), m_combo(new widgets::ComboBox)
{
    for (const std::string& choice : field.choices) {
        m_combo->addItem(app::engineText(choice), app::qs(choice));
    }
    QObject::connect(m_combo, &QComboBox::activated, this, [this] {
        Q_EMIT edited();
        Q_EMIT committed();
    });
}

QWidget* ChoiceEditor::widget() const
{
    return m_combo;
}

FieldEditor::Value ChoiceEditor::value() const
{
    return app::stdString(m_combo->currentData().toString());
}

void ChoiceEditor::setValue(const Value& value)
{
    const QString id = app::qs(value.toString());
    const QSignalBlocker blocker(m_combo);
    if (m_combo->findData(id) < 0) {
        m_combo->addItem(id, id);
    }
    m_combo->setCurrentData(id);
}

void ChoiceEditor::setChoiceName(const QString& id, const QString& name)
{
    if (const int index = m_combo->findData(id); index >= 0) {
        m_combo->setItemText(index, name);
    }
}

SwitchEditor::SwitchEditor(const engine::contract::Field& field)
    : FieldEditor(field), m_switch(new widgets::Switch)
{
    const auto say = [this](bool isOn) { m_switch->setText(isOn ? tr("On") : tr("Off")); };
    say(false);
    QObject::connect(m_switch, &QAbstractButton::toggled, this, say);
    QObject::connect(m_switch, &QAbstractButton::clicked, this, [this] {
        Q_EMIT edited();
        Q_EMIT committed();
    });
}

QWidget* SwitchEditor::widget() const
{
    return m_switch;
}

FieldEditor::Value SwitchEditor::value() const
{
    return m_switch->isChecked();
}

void SwitchEditor::setValue(const Value& value)
{
    m_switch->setChecked(value.toBool());
}

} // namespace ui::forms
