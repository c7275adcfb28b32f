// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Thin scroll bars: a handle on the ground of what it scrolls, without arrows.
#pragma once

#include <QStyle>

class QPainter;
class QStyleOptionSlider;

namespace ui {

inline constexpr int kScrollBarExtent = 10;

void paintScrollBar(QPainter& painter, const QStyleOptionSlider& bar);
QRect scrollBarRect(const QStyleOptionSlider& bar, QStyle::SubControl part);

} // namespace ui
