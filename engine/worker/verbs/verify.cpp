// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/adapter_folder.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/device/sha256.h"
#include "engine/models/model_folder.h"
#include "engine/worker/manifest.h"
#include "engine/worker/prove_resume.h"
#include "engine/worker/training_job.h"
#include "engine/worker/verbs/verbs.h"

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <memory>

namespace engine::worker::verbs {

namespace fs = std::filesystem;
using contract::Value;

namespace {

struct Options
{
    std::string run;
    bool proveResume = false;
};

struct Check
{
    std::string name;
    bool passed = false;
    std::string detail;
};

Check checkFiles(const contract::RunFolder& run)
{
    int64_t files = 0;
    for (const contract::OutputFile& file : readManifestFiles(run)) {
        const fs::path path = run.root() / file.path;
        std::error_code error;
        const auto size = fs::file_size(path, error);
        if (error) {
            return {"files", false, file.path + " is missing"};
        }
        if (static_cast<int64_t>(size) != file.bytes || device::sha256File(path) != file.sha256) {
            return {"files", false, file.path + " was changed since the run finished"};
        }
        ++files;
    }
    return {"files", true, std::to_string(files) + " files are as the manifest lists them"};
}

Check checkAdapter(const contract::RunFolder& run, const contract::Job& job)
{
    try {
        const adapters::StoredAdapter adapter = adapters::readAdapter(run.bestAdapter());
        if (!fs::exists(job.model.path)) {
            return {
                "adapter", true, "loads; the base model is not at " + job.model.path + " any more"};
        }
        static_cast<void>(
            adapters::fitted(adapter, models::ModelFolder::open(job.model.path).blueprint()));
        return {"adapter", true, "loads and fits the base model"};
    } catch (const Failure& failure) {
        return {"adapter", false, failure.error().message};
    }
}

Check checkResume(const contract::Job& job)
{
    const fs::path scratch = fs::temp_directory_path() / ("lora-proof-" + std::to_string(getpid()));
    fs::create_directories(scratch);
    const ResumeProof proof = proveResume(job, scratch);
    fs::remove_all(scratch);
    return {"resume", proof.passed, proof.detail};
}

} // namespace

Action verify(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    app.add_option("run,--run", options->run, "Run folder")->required();
    app.add_flag("--prove-resume",
                 options->proveResume,
                 "Also train, kill and resume, and compare bit for bit");
    return [options](const CommonOptions&, Output& output) {
        const contract::RunFolder run(fs::absolute(options->run));
        const contract::Job job = readRunJob(run);
        std::vector<Check> checks = {checkFiles(run), checkAdapter(run, job)};
        if (options->proveResume) {
            checks.push_back(checkResume(job));
        }
        Value list = Value::List();
        bool passed = true;
        for (const Check& check : checks) {
            passed = passed && check.passed;
            list.append(Value::object(
                {{"name", check.name}, {"passed", check.passed}, {"detail", check.detail}}));
            output.line(std::string(check.passed ? "ok    " : "FAILED ") + check.name + ": "
                        + check.detail);
        }
        output.value(Value::object({{"checks", list}, {"passed", passed}}));
        return passed ? 0 : static_cast<int>(contract::exitCodeOf(code::kVerificationFailed));
    };
}

} // namespace engine::worker::verbs
