// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// SIGTERM and SIGINT become a flag that loops look at: stop, save, exit 6. Any thread may read it.
#pragma once

namespace engine::device {

// SIGTERM and the first SIGINT set the flag, a second SIGINT ends the process; SIGPIPE is ignored,
// so that writing to a reader that went away is an error like any other. Call once, first thing in
// main.
void handleSignals();

// Whether a stop was asked for, by a signal or by requestStop().
bool stopRequested();

void requestStop();

// For verbs that have nothing to save: kStopped once a stop was asked for.
void throwIfStopped();

} // namespace engine::device
