// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Fills the style sheet's template: every @name becomes the token's value.
#pragma once

#include <QString>

namespace ui {

class Theme;

// `sheet` with its names replaced; a name that is no token is left, and a test finds it.
QString fillStyleSheet(const QString& sheet, const Theme& theme);

} // namespace ui
