// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Steering a run from another process: RUN/control.jsonl.
#pragma once

#include "engine/contract/command.h"
#include "engine/contract/run_folder.h"

#include <string_view>

namespace engine::worker {

// Whether an engine holds the run's lock.
bool isAtWork(const contract::RunFolder& run);

// Appends a command for the engine that works there.
void sendControl(const contract::RunFolder& run, std::string_view command);

} // namespace engine::worker
