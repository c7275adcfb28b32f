// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Identifiers of jobs.
#pragma once

#include <string>

namespace engine::device {

// A random UUID (version 4) from the system's entropy: "3f2b8c1e-…".
std::string newUuid();

} // namespace engine::device
