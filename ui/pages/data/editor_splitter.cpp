// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/editor_splitter.h"

#include "ui/widgets/separator.h"

#include <QKeyEvent>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::data {

EditorSplitter::EditorSplitter(QWidget* rows, QWidget* editor, QWidget* parent)
    : QSplitter(Qt::Vertical, parent), m_lower(new QWidget)
{
    auto* layout = new QVBoxLayout(m_lower);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(editor, 1);
    addWidget(rows);
    addWidget(m_lower);
    setChildrenCollapsible(false);
    setStretchFactor(0, 1);
    m_lower->hide();
}

void EditorSplitter::openEditor()
{
    if (m_lower->isHidden()) {
        m_lower->show();
        const int half = std::max(1, height() / 2);
        setSizes({half, half});
    }
}

void EditorSplitter::closeEditor(QWidget& heir)
{
    const bool hadFocus = m_lower->isAncestorOf(focusWidget());
    m_lower->hide();
    if (hadFocus) {
        heir.setFocus(Qt::OtherFocusReason);
    }
}

bool EditorKeys::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isReturn = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (isReturn && (key->modifiers() & Qt::ControlModifier) != 0) {
            Q_EMIT kept();
            return true;
        }
        if (key->key() == Qt::Key_Escape) {
            Q_EMIT closed();
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace ui::pages::data
