// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/run_conversation.h"

#include "engine/contract/command.h"
#include "engine/worker/catalogue.h"
#include "engine/worker/command_reader.h"
#include "engine/worker/errors.h"
#include "engine/worker/progress.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

namespace engine::worker {

namespace {

using contract::Message;
namespace command = contract::command;
namespace event = contract::event;

class CommandObeyer
{
public:
    CommandObeyer(train::Control& control, EventWriter& events)
        : m_control(control), m_events(events)
    {
    }

    void obey(const Message& message)
    {
        if (message.kind == command::kStop) {
            m_events.sendKind(event::kStopping);
            m_control.stop();
        } else if (message.kind == command::kPause) {
            m_control.pause();
        } else if (message.kind == command::kResume) {
            m_control.resume();
        } else if (message.kind == command::kCheckpoint) {
            m_control.checkpoint();
        } else if (message.kind == command::kDetach) {
            m_isDetached = true;
        }
    }
    // stdin ended: without `detach` the studio died.
    void inputEnded()
    {
        if (!m_isDetached) {
            m_control.stop();
        }
    }

private:
    train::Control& m_control;
    EventWriter& m_events;
    std::atomic<bool> m_isDetached = false;
};

// Runs the job; what ended it early, if anything did, is sent as the event `failed` and returned.
std::optional<Error> runJob(const contract::RunFolder& run,
                            const std::function<contract::Job()>& job,
                            RunStart start,
                            const ConversationOptions& options)
{
    EventWriter events(options.stream, options.logLevel);
    train::Control control;
    CommandObeyer obeyer(control, events);
    CommandReader::Handlers handlers;
    handlers.onCommand = [&obeyer](const Message& message) { obeyer.obey(message); };
    handlers.onEndOfInput = [&obeyer] { obeyer.inputEnded(); };
    if (options.sendsAlive) {
        handlers.onAlive = [&events] { events.sendKind(event::kAlive); };
    }
    try {
        if (options.saysHello) {
            events.send(hello());
        }
        const CommandReader reader(run.control(), options.obeysInput, handlers);
        if (!runTrainingJob(run, job(), start, events, control)) {
            throw Failure(code::kStopped,
                          "stopped on request, a checkpoint is written",
                          "`lora-engine resume " + run.root().string() + "` continues");
        }
        return std::nullopt;
    } catch (...) {
        const Error error = currentError();
        events.sendError(error);
        return error;
    }
}

} // namespace

int converse(const contract::RunFolder& run,
             const std::function<contract::Job()>& job,
             RunStart start,
             const ConversationOptions& options)
{
    const std::optional<Error> error = runJob(run, job, start, options);
    if (!error) {
        return 0;
    }
    printError(*error);
    return static_cast<int>(contract::exitCodeOf(error->code));
}

EventWriter::Stream eventStream(Output& output)
{
    if (!output.isJson()) {
        return progressStream(output);
    }
    return [&output](const Message&, const std::string& line) { output.write(line); };
}

} // namespace engine::worker
