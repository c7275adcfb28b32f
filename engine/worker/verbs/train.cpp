// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/device/uuid.h"
#include "engine/worker/job_options.h"
#include "engine/worker/run_conversation.h"
#include "engine/worker/verbs/verbs.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace engine::worker::verbs {

namespace {

struct Options
{
    JobOptions job;
    std::string out;
};

// A job that was refused before training began leaves its target as it was: absent or empty.
void withdraw(const contract::RunFolder& run, bool existed)
{
    if (!existed) {
        std::filesystem::remove_all(run.root());
        return;
    }
    for (const auto& entry : std::filesystem::directory_iterator(run.root())) {
        std::filesystem::remove_all(entry.path());
    }
}

} // namespace

Action train(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    addJobOptions(app, options->job);
    app.add_option("--out", options->out, "Run folder to write; must not exist or be empty")
        ->required();
    return [options](const CommonOptions& common, Output& output) {
        contract::Job job = jobOf(options->job, common);
        if (job.id.empty()) {
            job.id = device::newUuid();
        }
        std::vector<std::filesystem::path> inputs = {job.model.path};
        for (const contract::DataSection& source : contract::dataSources(job.data)) {
            inputs.emplace_back(source.path);
        }
        device::requireNewTarget(options->out, inputs);
        const contract::RunFolder run(std::filesystem::absolute(options->out));
        ConversationOptions conversation;
        conversation.logLevel = parseLogLevel(common.logLevel);
        conversation.stream = eventStream(output);
        const bool existed = std::filesystem::exists(run.root());
        const int exitCode = converse(
            run, [&job] { return job; }, RunStart::New, conversation);
        if (exitCode == 0) {
            output.line("done: " + run.bestAdapter().string());
        } else if (!std::filesystem::exists(run.metrics())
                   && exitCode != static_cast<int>(contract::ExitCode::Internal)) {
            withdraw(run, existed);
        }
        return exitCode;
    };
}

} // namespace engine::worker::verbs
