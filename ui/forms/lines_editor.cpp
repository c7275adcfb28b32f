// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/lines_editor.h"

#include "ui/theme/theme.h"

#include <QEvent>
#include <QPlainTextEdit>
#include <QScrollBar>

#include <algorithm>

namespace ui::forms {

namespace {

constexpr int kFewestLines = 2;
constexpr int kMostLines = 8;

} // namespace

LinesEditor::LinesEditor(const engine::contract::Field& field, const Format& format)
    : FieldEditor(field), m_format(format), m_edit(new QPlainTextEdit)
{
    m_edit->setTabChangesFocus(true);
    m_edit->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_edit->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    m_edit->installEventFilter(this);
    m_edit->viewport()->installEventFilter(this);
    QObject::connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        fit();
        if (!m_isWriting) {
            Q_EMIT edited();
        }
    });
    QObject::connect(&theme(), &Theme::changed, m_edit, [this] { fit(); });
    fit();
}

QWidget* LinesEditor::widget() const
{
    return m_edit;
}

FieldEditor::Value LinesEditor::value() const
{
    return m_format.read(m_edit->toPlainText(), field()).value;
}

void LinesEditor::setValue(const Value& value)
{
    // What a person types may hold empty lines that mean nothing: it stays while the value is the
    // same.
    if (isSameValue(this->value(), value)) {
        return;
    }
    m_isWriting = true;
    m_edit->setPlainText(m_format.write(value));
    m_isWriting = false;
}

QString LinesEditor::problem() const
{
    return m_format.read(m_edit->toPlainText(), field()).problem;
}

void LinesEditor::fit()
{
    const int lines = std::clamp(m_edit->blockCount(), kFewestLines, kMostLines);
    m_edit->setFixedHeight(lines * m_edit->fontMetrics().lineSpacing() + theme().px(24));
}

bool LinesEditor::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_edit && event->type() == QEvent::FocusOut) {
        Q_EMIT committed();
    }
    // A form that scrolls keeps the wheel until this is clicked.
    if (event->type() == QEvent::Wheel && !m_edit->hasFocus()) {
        event->ignore();
        return true;
    }
    return false;
}

} // namespace ui::forms
