// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Every verb. Adding one: its file, and its line in registry.cpp.
#pragma once

#include "engine/worker/verb.h"

#include <span>

namespace engine::worker {

std::span<const Verb> allVerbs();

} // namespace engine::worker
