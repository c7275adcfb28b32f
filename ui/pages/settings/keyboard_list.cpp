// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/keyboard_list.h"

#include "ui/theme/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/plain_label.h"

#include <QAction>
#include <QGridLayout>

namespace ui::pages::settings {

KeyboardList::KeyboardList(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(theme().px(16), theme().px(12), theme().px(16), theme().px(12));
    m_grid->setHorizontalSpacing(theme().px(16));
    m_grid->setVerticalSpacing(theme().px(8));
    m_grid->setColumnStretch(0, 1);
}

void KeyboardList::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    readActions();
}

void KeyboardList::readActions()
{
    while (QLayoutItem* old = m_grid->takeAt(0)) {
        delete old->widget();
        delete old;
    }
    m_count = 0;
    for (const QAction* action : window()->actions()) {
        if (action->shortcut().isEmpty() || action->text().isEmpty()) {
            continue;
        }
        QString words = action->text();
        words.remove(QLatin1Char('&'));
        m_grid->addWidget(new widgets::PlainLabel(words), m_count, 0);
        m_grid->addWidget(new widgets::Chip(action->shortcut().toString(QKeySequence::NativeText)),
                          m_count,
                          1,
                          Qt::AlignRight);
        m_count += 1;
    }
    if (m_count == 0) {
        m_grid->addWidget(new widgets::PlainLabel(tr("This window has no keys of its own."),
                                                  Type::Small,
                                                  Tone::Secondary),
                          0,
                          0);
    }
}

} // namespace ui::pages::settings
