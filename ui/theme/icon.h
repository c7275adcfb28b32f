// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The studio's icons: SVGs of a 16 grid, tinted with the theme when they are painted, so that a
// QIcon made once is right after a change of theme.
#pragma once

#include "ui/theme/tokens.h"

#include <QIcon>
#include <QStringList>

namespace ui {

// What an icon stands on, and with that its colours.
enum class IconRole {
    // text_secondary; accent when selected or on; text_disabled when disabled.
    Normal,
    // The colour of text itself, as on normal buttons and in fields.
    Strong,
    // On a fill of the accent colour.
    OnAccent,
    Accent,
    Ok,
    Warning,
    Error,
    Tertiary,
};

// The icon resources/icons/<name>.svg. Asserts that it exists.
QIcon icon(const QString& name, IconRole role = IconRole::Normal);
// One tinted pixmap of `size` logical pixels, for painters.
QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal devicePixelRatio);
// The program's own mark, in its own colours.
QIcon logo();
// All names there are.
QStringList iconNames();

} // namespace ui
