// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Arguments → verb → exit code. Used by main and by `serve`, which answers questions through the
// same verbs.
#pragma once

#include "engine/contract/value.h"
#include "engine/worker/output.h"

#include <string>
#include <vector>

namespace engine::worker {

// Parses and runs. Failures become one `error:` line on stderr and, with --json, {"error": …} on
// `write`.
int runCommandLine(const std::vector<std::string>& arguments, const Output::Write& write);

// Parses and runs with --json; the values are returned: one, or a list where the verb streams.
// Throws Failure.
contract::Value answer(std::vector<std::string> arguments, Follower follower = {});

} // namespace engine::worker
