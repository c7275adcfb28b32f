// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The words and the colour of a run's status, the same on every page. Plain functions.
#pragma once

#include "app/runs/run_info.h"
#include "ui/theme/tone.h"

namespace ui {

QString statusWord(app::runs::RunStatus status);
// What the engine does for a run that is active: "Loading the model", "Tokenizing the data".
QString workWord(const app::runs::RunInfo& run);
// The same with how far it is, where that is told: "Reading the data · 43 %".
QString workWords(const app::runs::RunInfo& run);
StatusKind statusKind(app::runs::RunStatus status);

} // namespace ui
