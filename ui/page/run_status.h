// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The word and the colour of a run's status, the same on every page. Plain functions.
#pragma once

#include "app/runs/run_info.h"
#include "ui/theme/tone.h"

namespace ui {

QString statusWord(app::runs::RunStatus status);
StatusKind statusKind(app::runs::RunStatus status);

} // namespace ui
