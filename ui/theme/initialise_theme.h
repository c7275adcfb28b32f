// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The one call that gives an application the studio's look: resources, fonts, style, palette,
// icons.
#pragma once

#include "ui/theme/theme.h"

class QApplication;

namespace ui {

// Call once, right after the QApplication; main and every test of ui/ do. The application owns the
// returned Theme.
Theme& initialiseTheme(QApplication& app, Theme::Scheme scheme = Theme::Scheme::System);

} // namespace ui
