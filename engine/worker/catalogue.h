// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What this engine can do, gathered from its registries.
#pragma once

#include "engine/contract/catalog.h"
#include "engine/contract/event.h"
#include "engine/contract/job.h"

namespace engine::worker {

// Ids and schemas for the job parser.
const contract::JobRegistry& jobRegistry();

// The catalogue of `describe` and `hello`.
contract::Catalog catalogue();

// The first event of every conversation.
contract::event::Hello hello();

std::string_view version();

} // namespace engine::worker
