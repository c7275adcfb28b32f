// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tab_order.h"

#include <QWidget>

namespace ui::widgets {
namespace {

// What has a proxy is reached by it.
bool isTabStop(const QWidget* widget)
{
    return (widget->focusPolicy() & Qt::TabFocus) != 0 && widget->focusProxy() == nullptr;
}

} // namespace

QList<QWidget*> tabStops(QWidget* root)
{
    QList<QWidget*> stops;
    QList<QWidget*> all = root->findChildren<QWidget*>();
    all.prepend(root);
    for (QWidget* widget : all) {
        // A popup is a window of its own.
        if (isTabStop(widget) && widget->window() == root->window()) {
            stops.append(widget);
        }
    }
    return stops;
}

void chainTabStops(const QList<QWidget*>& stops)
{
    for (qsizetype i = 1; i < stops.size(); ++i) {
        QWidget::setTabOrder(stops[i - 1], stops[i]);
    }
}

} // namespace ui::widgets
