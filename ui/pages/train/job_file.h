// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a job file as a draft can take it. Blocks: call it in a worker.
#pragma once

#include "engine/contract/value.h"

#include <QString>

namespace ui::pages::train {

// Relative paths are taken from the file's folder. What the job says is judged by the engine.
engine::contract::Result<engine::contract::Value> readJobFile(const QString& path);

} // namespace ui::pages::train
