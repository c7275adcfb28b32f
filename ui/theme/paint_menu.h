// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What menus look like.
#pragma once

#include <QSize>

class QPainter;
class QRect;
class QStyleOptionMenuItem;

namespace ui {

void paintMenuPanel(QPainter& painter, const QRect& rect);
void paintMenuItem(QPainter& painter, const QStyleOptionMenuItem& item);
QSize menuItemSize(const QStyleOptionMenuItem& item);

} // namespace ui
