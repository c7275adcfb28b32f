// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The control of one setting of the table: shows its value, sets it on a change, follows changes
// from elsewhere.
#pragma once

#include "app/base/settings_table.h"

class QWidget;

namespace app {
class Studio;
}

namespace ui {
class Dialogs;
}

namespace ui::pages::settings {

// Null for what is not shown.
QWidget* makeControl(const app::SettingInfo& info, app::Studio& studio, Dialogs& dialogs);

} // namespace ui::pages::settings
