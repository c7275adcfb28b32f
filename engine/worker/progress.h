// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a person sees of a run: lines on stdout, and on a terminal a progress bar on stderr.
#pragma once

#include "engine/worker/event_writer.h"
#include "engine/worker/output.h"

namespace engine::worker {

// `output` must outlive the stream. Without a terminal, steps become lines that grow rarer the
// longer the run takes.
EventWriter::Stream progressStream(Output& output);

} // namespace engine::worker
