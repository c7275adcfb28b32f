// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The boxes things stand in. A frame says which it is; StudioStyle draws it.
#pragma once

class QFrame;
class QWidget;

namespace ui {

enum class Box {
    None,
    Card,      // a surface of its own on the window
    Inset,     // sunken into a surface: tiles, commands
    Separator, // a line
};

// The frame's contents keep clear of the box's line.
void setBox(QFrame& frame, Box box);
Box boxOf(const QWidget* widget);

} // namespace ui
