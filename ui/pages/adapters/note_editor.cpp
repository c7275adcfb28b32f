// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/note_editor.h"

#include "ui/theme/theme.h"

#include <QTimer>

#include <algorithm>

namespace ui::pages::adapters {

namespace {

constexpr int kRestMs = 800;
constexpr int kMostLines = 6;

} // namespace

NoteEditor::NoteEditor(QWidget* parent) : QPlainTextEdit(parent), m_rest(new QTimer(this))
{
    setAccessibleName(tr("Note"));
    setPlaceholderText(tr("What is it good for, what is it not?"));
    setTabChangesFocus(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_rest->setSingleShot(true);
    m_rest->setInterval(kRestMs);
    connect(m_rest, &QTimer::timeout, this, &NoteEditor::save);
    connect(this, &QPlainTextEdit::textChanged, m_rest, qOverload<>(&QTimer::start));
    connect(this, &QPlainTextEdit::blockCountChanged, this, &NoteEditor::updateGeometry);
}

void NoteEditor::setNote(const QString& text)
{
    save();
    if (text == toPlainText()) {
        m_saved = text;
        return;
    }
    const QSignalBlocker quiet(this);
    setPlainText(text);
    m_saved = text;
    updateGeometry();
}

void NoteEditor::save()
{
    m_rest->stop();
    if (toPlainText() != m_saved) {
        m_saved = toPlainText();
        Q_EMIT saved(m_saved);
    }
}

QSize NoteEditor::sizeHint() const
{
    const int lines = std::clamp(blockCount(), 2, kMostLines);
    return {theme().px(200), lines * fontMetrics().lineSpacing() + theme().px(18)};
}

void NoteEditor::focusOutEvent(QFocusEvent* event)
{
    QPlainTextEdit::focusOutEvent(event);
    save();
}

} // namespace ui::pages::adapters
