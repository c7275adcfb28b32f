// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the library finds, as entries of the command palette: runs, adapters, models and data.
#pragma once

#include "ui/shell/palette_entry.h"

namespace app {
class Studio;
}

namespace ui {
class Navigator;
}

namespace ui::shell {

// Both outlive the source.
PaletteSource librarySource(app::Studio& studio, Navigator& navigator);

} // namespace ui::shell
