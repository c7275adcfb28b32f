// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What push buttons, tool buttons and segments look like. Dynamic properties read on the button:
//   kind     "normal" | "primary" | "ghost" | "danger" | "link", of push buttons
//   framed   true: a tool button with a line around it
//   segment  "first" | "mid" | "last" | "only": a tool button that shares its edges
#pragma once

class QPainter;
class QColor;
class QStyleOption;
class QWidget;

namespace ui {

void paintPushButtonBox(QPainter& painter, const QStyleOption& option, const QWidget* widget);
void paintToolButtonBox(QPainter& painter, const QStyleOption& option, const QWidget* widget);
// Of a tool button's words.
QColor toolButtonInk(const QStyleOption& option, const QWidget* widget);
bool isSegment(const QWidget* widget);

} // namespace ui
