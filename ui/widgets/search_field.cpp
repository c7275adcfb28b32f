// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/search_field.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QKeyEvent>
#include <QTimer>

namespace ui::widgets {
namespace {

constexpr int kDelayMs = 150;

} // namespace

SearchField::SearchField(const QString& placeholder, bool small, QWidget* parent)
    : QLineEdit(parent), m_delay(new QTimer(this)), m_isSmall(small)
{
    setProperty("small", small);
    setPlaceholderText(placeholder);
    setAccessibleName(placeholder);
    setClearButtonEnabled(true);
    addAction(icon(QStringLiteral("search"), IconRole::Strong), QLineEdit::LeadingPosition);
    applyFont();
    connect(&theme(), &Theme::changed, this, &SearchField::applyFont);
    m_delay->setSingleShot(true);
    m_delay->setInterval(kDelayMs);
    connect(this, &QLineEdit::textChanged, this, [this] { m_delay->start(); });
    connect(m_delay, &QTimer::timeout, this, [this] { Q_EMIT searchChanged(text()); });
}

void SearchField::setMono(bool mono)
{
    m_isMono = mono;
    applyFont();
}

void SearchField::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        event->accept();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void SearchField::applyFont()
{
    const Type words = m_isSmall ? Type::Small : Type::Body;
    setFont(theme().font(m_isMono ? Type::Mono : words));
}

} // namespace ui::widgets
