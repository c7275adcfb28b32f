// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Whether there is a screen to show a window on, asked before Qt is: it would end the program with
// a signal instead of a sentence.
#pragma once

#include "engine/contract/result.h"

#include <QStringList>

namespace ui::shell {

// The command line as text, in the encoding of the system.
QStringList argumentsOf(int argc, char** argv);

enum class Display {
    Screen,
    Memory, // nobody sees the window
};

// Chooses Qt's platform and sets it up so that a screen that refuses us ends the program with a
// sentence and exit code 3. Without a screen: Memory where that will do, else an error that names
// what to do. Call it before QApplication is made.
engine::contract::Result<Display> chooseDisplay(bool canBeHeadless);

// QApplication is made: what Qt says from now on is logged as usual.
void displayIsOpen();

} // namespace ui::shell
