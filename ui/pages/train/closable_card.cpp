// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/closable_card.h"

#include "ui/widgets/icon_button.h"

#include <QShortcut>

namespace ui::pages::train {

ClosableCard::ClosableCard(const QString& title, QWidget* parent) : Card(title, {}, parent)
{
    auto* escape = new QShortcut(Qt::Key_Escape, this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &ClosableCard::closeRequested);
}

void ClosableCard::addCloseButton()
{
    auto* close = new widgets::IconButton(QStringLiteral("close"), tr("Close"));
    addHeaderWidget(close);
    connect(close, &QAbstractButton::clicked, this, &ClosableCard::closeRequested);
}

} // namespace ui::pages::train
