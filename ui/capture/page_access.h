// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the capture needs to find on a page: the button a person would press, and whether the page
// still reads.
#pragma once

#include <QString>

namespace app {
class Studio;
}

namespace ui::shell {
class MainWindow;
}

namespace ui::capture {

// Presses the button of that object name on the current page; false when it is not there or off.
bool press(shell::MainWindow& window, const QString& buttonName);

// The page of that id is shown and nothing on it is still being read.
bool isSettled(const shell::MainWindow& window, const QString& pageId);

// The engine has said hello and the runs folder is read.
bool isReady(app::Studio& studio);

} // namespace ui::capture
