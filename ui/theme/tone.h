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
// Words of the widget in the tone's colour, as the theme has it now.
void applyTone(QWidget& widget, Tone tone);

// Sets a dynamic property that the style reads while it paints.
void setStyleProperty(QWidget* widget, const char* name, const QVariant& value);

} // namespace ui
