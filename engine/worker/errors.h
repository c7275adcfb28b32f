// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What was thrown, as the error a person reads. Used where exceptions end: the command line and a
// run's conversation.
#pragma once

#include "engine/device/failure.h"

namespace engine::worker {

// Of the exception being handled; call inside a catch block.
Error currentError();

// One `error:` line on stderr.
void printError(const Error& error);

} // namespace engine::worker
