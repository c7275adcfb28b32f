// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Which fonts the studio writes with: the system's own where there is one, else families that we
// know.
#pragma once

#include <QFont>

namespace ui {

// The general font at its own size, with Korean families to fall back on.
QFont systemBaseFont();
// A font of equal advance, ligatures off; its size is the base's.
QFont systemMonoFont(const QFont& base);

} // namespace ui
