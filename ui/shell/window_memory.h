// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Where the window was and how large, kept between starts. What does not fit the screens of today
// is not taken: the window always lands where it can be seen and moved.
#pragma once

class QRect;
class QWidget;

namespace app {
class Settings;
}

namespace ui::shell {

// The remembered place, else the size of the design in the middle of the screen.
void restoreWindow(QWidget& window, app::Settings& settings);
void rememberWindow(const QWidget& window, app::Settings& settings);

// Enough of the window's upper edge lies on a screen to take hold of it.
bool isReachable(const QRect& frame);

} // namespace ui::shell
