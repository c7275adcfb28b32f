// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/device/lock.h"
#include "engine/worker/catalogue.h"
#include "engine/worker/control_file.h"
#include "engine/worker/job_options.h"
#include "engine/worker/manifest.h"
#include "engine/worker/run_conversation.h"
#include "engine/worker/verbs/verbs.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace engine::worker::verbs {

namespace {

struct Options
{
    std::string run;
    std::vector<std::string> sets;
};

// Records the extension beside the job and takes the run out of the finished ones.
void extend(const contract::RunFolder& run, const std::vector<std::string>& sets)
{
    for (const std::string& set : sets) {
        if (!set.starts_with("training.max_steps=")) {
            throw Failure(code::kBadArgument,
                          "--set " + set + ": only training.max_steps can be extended",
                          "Start a new run with method.start_from to change anything else",
                          "--set");
        }
    }
    static_cast<void>(readJob(run.job(), sets)); // refuses a wrong value before anything is written
    device::writeFileAtomically(run.root() / kExtensionFile,
                                toJson(contract::Value::list(sets)) + "\n");
    std::filesystem::remove(run.manifest());
}

} // namespace

Action resume(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    app.add_option("run,--run", options->run, "Run folder")->required();
    app.add_option("--set", options->sets, "training.max_steps=N extends the run")->take_all();
    return [options](const CommonOptions& common, Output& output) {
        const contract::RunFolder run(std::filesystem::absolute(options->run));
        static_cast<void>(readRunJob(run));
        if (isAtWork(run)) {
            sendControl(run, contract::command::kResume);
            output.value(contract::Value::object({{"asked", "resume"}}));
            output.line("an engine works on this run; it was asked to go on if it is paused");
            return 0;
        }
        if (!options->sets.empty()) {
            extend(run, options->sets);
        }
        ConversationOptions conversation;
        conversation.logLevel = parseLogLevel(common.logLevel);
        conversation.stream = eventStream(output);
        const int exitCode = converse(
            run, [&run] { return readRunJob(run); }, RunStart::Resume, conversation);
        if (exitCode == 0) {
            output.line("done: " + run.bestAdapter().string());
        }
        return exitCode;
    };
}

} // namespace engine::worker::verbs
