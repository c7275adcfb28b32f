// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the Runs page says about a run: words, colours and lines, all in one place. Plain functions.
#pragma once

#include "app/runs/run_info.h"
#include "ui/page/run_status.h"
#include "ui/widgets/chip.h"

namespace ui::pages::runs {

widgets::Chip::Kind chipKind(app::runs::RunStatus status);
// The chip's words: what it does now, else its status.
QString stateWord(const app::runs::RunInfo& run);

// "46 % · validation 1.327", "17 min 48 s · best 1.311", "stopped at 1,400 of 1,980"
QString listLine(const app::runs::RunInfo& run);
// "Qwen2.5-0.5B · LoRA r 16 · 8.80 M trainable, 1.78 %"
QString headingFact(const app::runs::RunInfo& run);

// A run that an engine will not touch any more unless it is continued.
bool isOver(app::runs::RunStatus status);

} // namespace ui::pages::runs
