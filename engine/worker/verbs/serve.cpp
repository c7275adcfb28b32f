// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/command.h"
#include "engine/device/files.h"
#include "engine/device/signals.h"
#include "engine/worker/catalogue.h"
#include "engine/worker/question_queue.h"
#include "engine/worker/verbs/verbs.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace engine::worker::verbs {

Action serve(CLI::App& app)
{
    auto scratch = std::make_shared<std::string>();
    app.add_option("--scratch", *scratch, "Folder for answers too large for a line")->required();
    return [scratch](const CommonOptions& common, Output& output) {
        std::filesystem::create_directories(*scratch);
        QuestionQueue queue(
            *scratch, common, [&output](const contract::Message&, const std::string& line) {
                output.write(line);
            });
        queue.run();
        return 0;
    };
}

} // namespace engine::worker::verbs
