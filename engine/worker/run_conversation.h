// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A training run with its listeners: events out, commands in, one terminal event, one exit code.
// What train, resume and run share.
#pragma once

#include "engine/worker/output.h"
#include "engine/worker/training_job.h"

#include <functional>

namespace engine::worker {

struct ConversationOptions
{
    EventWriter::Stream stream; // where events go beside the journal
    bool obeysInput = false;    // commands on stdin; its end without `detach` stops the run
    bool sendsAlive = false;    // `alive` every 5 s
    bool saysHello = false;     // `hello` first
    LogLevel logLevel = LogLevel::Info;
};

// Runs the job to its end. Failures become the event `failed` and one `error:` line on stderr.
int converse(const contract::RunFolder& run,
             const std::function<contract::Job()>& job,
             RunStart start,
             const ConversationOptions& options);

// Every event as a line with --json, progress lines otherwise. `output` must outlive the stream.
EventWriter::Stream eventStream(Output& output);

} // namespace engine::worker
