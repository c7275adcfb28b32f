// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/worker/control_file.h"
#include "engine/worker/verbs/verbs.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace engine::worker::verbs {

namespace {

Action control(CLI::App& app, std::string_view command)
{
    auto folder = std::make_shared<std::string>();
    app.add_option("run,--run", *folder, "Run folder")->required();
    return [folder, command](const CommonOptions&, Output& output) {
        const contract::RunFolder run(*folder);
        if (!isAtWork(run)) {
            throw Failure(code::kNotFound,
                          "no engine works on this run",
                          "`lora-engine resume RUN` continues it",
                          *folder);
        }
        sendControl(run, command);
        output.value(contract::Value::object({{"asked", command}}));
        output.line("asked the engine to " + std::string(command));
        return 0;
    };
}

} // namespace

Action stop(CLI::App& app)
{
    return control(app, contract::command::kStop);
}

Action pause(CLI::App& app)
{
    return control(app, contract::command::kPause);
}

} // namespace engine::worker::verbs
