// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The colours that text may have. A label names its tone, the theme chooses the colour.
#pragma once

#include "ui/theme/tokens.h"

class QWidget;

namespace ui {

enum class Tone { Normal, Secondary, Tertiary, Disabled, Accent, Ok, Warning, Error, OnAccent };

// What a state looks like everywhere: run status, checks, devices.
enum class StatusKind { Idle, Active, Ok, Warning, Error };

Color colorOf(Tone tone);
Color colorOf(StatusKind kind);
// Sets the dynamic property that studio.qss reads on labels and buttons, and polishes anew.
void setTone(QWidget* widget, Tone tone);

// Sets a dynamic property and has the style sheet judged again; does nothing if it is set already.
void setStyleProperty(QWidget* widget, const char* name, const QVariant& value);

} // namespace ui
