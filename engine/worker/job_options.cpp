// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/job_options.h"

#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/worker/catalogue.h"
#include "engine/worker/section_data.h"

#include <CLI/CLI.hpp>

namespace engine::worker {

namespace fs = std::filesystem;

void addJobOptions(CLI::App& app, JobOptions& options)
{
    app.add_option("job,--job", options.file, "Job file (JSON)");
    app.add_option("--model", options.arguments.model, "Model folder");
    app.add_option("--data",
                   options.data,
                   "Data file or folder; several are trained together, each as PATH or PATH:WEIGHT")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--method", options.arguments.method, "Tuning method; `describe` lists them");
    app.add_option("--set",
                   options.arguments.sets,
                   "key=value of the job, for example training.max_steps=200")
        ->take_all();
}

contract::Job
readJob(const fs::path& file, const std::vector<std::string>& sets, contract::JobUse use)
{
    contract::Result<contract::Value> parsed = contract::parseJson(device::readFile(file));
    if (!parsed) {
        throw Failure(code::kBadFile,
                      file.filename().string() + ": " + parsed.error().message,
                      "Repair the file at that place",
                      file.string());
    }
    contract::Value object = std::move(parsed).value();
    if (!sets.empty()) {
        object = valueOrThrow(contract::applySets(std::move(object), sets, jobRegistry()));
    }
    return valueOrThrow(contract::parseJob(object, jobRegistry(), use));
}

contract::Job jobOf(const JobOptions& options, const CommonOptions& common, contract::JobUse use)
{
    contract::JobArguments arguments = options.arguments;
    const std::vector<contract::MixSource> sources = mixSources(options.data);
    if (isMixture(sources)) {
        arguments.mix = sources;
    } else if (!sources.empty()) {
        arguments.data = sources.front().path;
    }
    if (common.seed != CommonOptions().seed) {
        arguments.sets.insert(arguments.sets.begin(),
                              "training.seed=" + std::to_string(common.seed));
    }
    if (common.device != "auto") {
        arguments.sets.insert(arguments.sets.begin(), "runtime.device=" + common.device);
    }
    if (common.threads != 0) {
        arguments.sets.insert(arguments.sets.begin(),
                              "runtime.threads=" + std::to_string(common.threads));
    }
    if (!common.dtype.empty()) {
        arguments.sets.insert(arguments.sets.begin(), "model.dtype=" + common.dtype);
    }
    if (common.quantization != CommonOptions().quantization) {
        arguments.sets.insert(arguments.sets.begin(), "model.quantization=" + common.quantization);
    }
    if (common.doubleQuant != CommonOptions().doubleQuant) {
        arguments.sets.insert(arguments.sets.begin(), "model.double_quant=false");
    }
    if (common.quantizeEmbeddings) {
        arguments.sets.insert(arguments.sets.begin(), "model.quantize_embeddings=true");
    }
    if (options.file.empty()) {
        return contract::withAbsolutePaths(
            valueOrThrow(contract::jobFromArguments(arguments, jobRegistry(), use)),
            fs::current_path());
    }
    for (const auto& [value, key] :
         {std::pair(arguments.method, "method.id="), std::pair(arguments.model, "model.path=")}) {
        if (!value.empty()) {
            arguments.sets.insert(arguments.sets.begin(), key + value);
        }
    }
    if (!sources.empty()) { // whatever the file says of both
        arguments.sets.insert(arguments.sets.begin(),
                              {"data.path=" + arguments.data,
                               "data.mix=" + toJson(contract::mixValue(arguments.mix))});
    }
    return contract::withAbsolutePaths(readJob(options.file, arguments.sets, use),
                                       fs::current_path());
}

} // namespace engine::worker
