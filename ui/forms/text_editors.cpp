// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/text_editors.h"

#include "app/base/text.h"
#include "ui/theme/theme.h"

#include <QCompleter>
#include <QLineEdit>

namespace ui::forms {

LineEditor::LineEditor(const engine::contract::Field& field, const Format& format)
    : FieldEditor(field), m_format(format), m_edit(new QLineEdit)
{
    if (format.isMono) {
        m_edit->setFont(theme().font(Type::Mono));
        QObject::connect(&theme(), &Theme::changed, m_edit, [edit = m_edit] {
            edit->setFont(theme().font(Type::Mono));
        });
    }
    suggestChoices();
    QObject::connect(m_edit, &QLineEdit::textEdited, this, [this] { Q_EMIT edited(); });
    QObject::connect(m_edit, &QLineEdit::editingFinished, this, [this] { Q_EMIT committed(); });
}

void LineEditor::suggestChoices()
{
    QStringList choices;
    for (const std::string& choice : field().choices) {
        choices.append(app::qs(choice));
    }
    if (choices.isEmpty()) {
        return;
    }
    auto* completer = new QCompleter(choices, m_edit);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    m_edit->setCompleter(completer);
    m_edit->setPlaceholderText(choices.join(QLatin1String(", ")));
    QObject::connect(completer,
                     qOverload<const QString&>(&QCompleter::activated),
                     this,
                     [this](const QString& text) {
                         m_edit->setText(text);
                         Q_EMIT edited();
                         Q_EMIT committed();
                     });
}

QWidget* LineEditor::widget() const
{
    return m_edit;
}

FieldEditor::Value LineEditor::value() const
{
    return m_format.read(m_edit->text()).value;
}

void LineEditor::setValue(const Value& value)
{
    const QString text = m_format.write(value);
    // The cursor stays where a person types.
    if (text != m_edit->text() && !(m_edit->hasFocus() && isSameValue(this->value(), value))) {
        m_edit->setText(text);
    }
}

QString LineEditor::problem() const
{
    return m_format.read(m_edit->text()).problem;
}

} // namespace ui::forms
