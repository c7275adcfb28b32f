// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Job files: what is taken is written complete and taken again as the same job.
#include "engine/contract/job.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine::contract;

namespace {

struct Settings
{
    int64_t rank = 8;
    double dropout = 0;
    std::string update = "up_to";
    Value targets = "all-linear";
};

JobRegistry registry()
{
    Schema<Settings> settings;
    settings.integer("rank", &Settings::rank).range(1, 1024);
    settings.number("dropout", &Settings::dropout).range(0, 0.95);
    settings.choice("update", &Settings::update, {"up_to", "single"});
    settings.targets("targets", &Settings::targets);
    JobRegistry made;
    made.methods = {{"lora", settings.erased()}, {"full", settings.erased(), 2e-5}};
    made.formats = {"messages", "text"};
    made.exporters = {"peft", "merged"};
    return made;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const JobRegistry known = registry();
    const Result<Value> read = parseJson(fuzz::textOf(data, size));
    if (!read) {
        return 0;
    }
    const Result<Job> job = parseJob(read.value(), known, JobUse::Plan);
    if (!job) {
        fuzz::requireWords(job.error());
        return 0;
    }
    const Value complete = toValue(job.value());
    const Result<Job> again = parseJob(complete, known, JobUse::Plan);
    fuzz::require(again.ok(), "a complete job is refused");
    fuzz::require(toJson(toValue(again.value())) == toJson(complete), "another job");
    return 0;
}
