// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/estimate.h"

#include "engine/device/files.h"
#include "engine/models/model_folder.h"
#include "engine/worker/job_options.h"
#include "engine/worker/verbs/verbs.h"

#include <memory>

namespace engine::worker::verbs {

namespace {

using contract::Value;

struct Options
{
    JobOptions job;
    std::string config;
};

nn::Blueprint blueprintOf(const Options& options, const contract::Job& job)
{
    if (!options.config.empty()) {
        const models::ModelConfig config = models::ModelConfig::read(options.config);
        return models::familyOf(config).blueprint(config);
    }
    const models::ModelFolder folder = models::ModelFolder::open(job.model.path);
    folder.requireSound();
    return folder.blueprint();
}

Value targetList(const std::vector<methods::PlannedTarget>& targets)
{
    Value list = Value::List();
    for (const methods::PlannedTarget& target : targets) {
        list.append(Value::object({{"name", target.name},
                                   {"module", target.module},
                                   {"short_name", target.shortName},
                                   {"layer", target.layer},
                                   {"rank", target.rank},
                                   {"scale", target.scale},
                                   {"parameters", target.parameters}}));
    }
    return list;
}

} // namespace

Action estimate(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    addJobOptions(app, options->job);
    app.add_option("--config", options->config, "config.json: a plan without weights");
    return [options](const CommonOptions& common, Output& output) {
        const auto use = options->config.empty() ? contract::JobUse::Train : contract::JobUse::Plan;
        const contract::Job job = jobOf(options->job, common, use);
        const engine::estimate::Estimate result =
            engine::estimate::estimate(job, blueprintOf(*options, job));
        output.value(Value::object({
            {"parameters",
             Value::object(
                 {{"total", result.totalParameters}, {"trainable", result.trainableParameters}})},
            {"adapter_bytes", result.adapterBytes},
            {"checkpoint_bytes", result.checkpointBytes},
            {"disk_bytes", result.diskBytes},
            {"targets", targetList(result.targets)},
        }));
        const double share = 100.0 * static_cast<double>(result.trainableParameters)
                             / static_cast<double>(result.totalParameters);
        const auto bytes = [](int64_t count) {
            return device::readableBytes(static_cast<uint64_t>(count));
        };
        output.facts(
            {{"parameters", grouped(result.totalParameters)},
             {"trained", grouped(result.trainableParameters) + " (" + brief(share, 3) + " %)"},
             {"adapter", bytes(result.adapterBytes)},
             {"disk for the run", bytes(result.diskBytes)}});
        return 0;
    };
}

} // namespace engine::worker::verbs
