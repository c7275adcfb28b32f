// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The declarations that registry.cpp lists; each is defined in the file of its name.
#pragma once

#include "engine/worker/verb.h"

namespace engine::worker::verbs {

Action describe(CLI::App& app);
Action inspectModel(CLI::App& app);
Action inspectData(CLI::App& app);
Action inspectAdapter(CLI::App& app);
Action inspectTemplate(CLI::App& app);
Action preview(CLI::App& app);
Action estimate(CLI::App& app);
Action init(CLI::App& app);
Action train(CLI::App& app);
Action resume(CLI::App& app);
Action stop(CLI::App& app);
Action pause(CLI::App& app);
Action generate(CLI::App& app);
Action score(CLI::App& app);
Action evaluate(CLI::App& app);
Action exportModel(CLI::App& app);
Action verify(CLI::App& app);
Action serve(CLI::App& app);
Action run(CLI::App& app);

} // namespace engine::worker::verbs
