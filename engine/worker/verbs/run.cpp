// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/run_conversation.h"
#include "engine/worker/verbs/verbs.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <memory>

namespace engine::worker::verbs {

namespace {

struct Options
{
    std::string run;
    bool detach = false;
    bool resume = false;
};

// Every event as a line, but at most ten `step` a second; the journal has them all.
EventWriter::Stream pipeStream(const Output& output)
{
    using Clock = std::chrono::steady_clock;
    auto last = std::make_shared<Clock::time_point>(Clock::now() - std::chrono::hours(1));
    return [&output, last](const contract::Message& message, const std::string& line) {
        if (message.kind == contract::event::Step::kKind) {
            if (Clock::now() - *last < std::chrono::milliseconds(100)) {
                return;
            }
            *last = Clock::now();
        }
        output.write(line);
    };
}

} // namespace

Action run(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    app.add_option("run,--run", options->run, "Run folder with its job.json")->required();
    app.add_flag("--detach", options->detach, "Go on when stdin ends");
    app.add_flag("--resume", options->resume, "Continue from the newest checkpoint");
    return [options](const CommonOptions& common, Output& output) {
        const contract::RunFolder run(std::filesystem::absolute(options->run));
        ConversationOptions conversation;
        conversation.logLevel = parseLogLevel(common.logLevel);
        conversation.stream = pipeStream(output);
        conversation.obeysInput = !options->detach;
        conversation.sendsAlive = true;
        conversation.saysHello = true;
        const bool wasStarted = std::filesystem::exists(run.journal());
        const RunStart start = options->resume || wasStarted ? RunStart::Resume : RunStart::New;
        return converse(
            run, [&run] { return readRunJob(run); }, start, conversation);
    };
}

} // namespace engine::worker::verbs
