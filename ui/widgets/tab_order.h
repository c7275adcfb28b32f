// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The order in which Tab goes through widgets that are made of others. QWidget::setTabOrder moves
// such a widget as a whole and may leave a ring of some that Tab never gets out of.
#pragma once

#include <QList>

class QWidget;

namespace ui::widgets {

// What Tab stops at in `root`, itself included, in the order it was made; hidden ones as well.
QList<QWidget*> tabStops(QWidget* root);

// Tab goes through these, one after the other; all are of one window.
void chainTabStops(const QList<QWidget*>& stops);

} // namespace ui::widgets
