// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Steers a run that another process started, by lines in RUN/control.jsonl.
#pragma once

#include "app/engine/contract.h"

#include <QString>

#include <string_view>

namespace app::runs {

// Appends the command ("pause", "stop", …). Fails when the file cannot be written.
engine::contract::Result<void> sendControl(const QString& runFolder, std::string_view command);

} // namespace app::runs
