// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A run folder as the studio reads it: job.json, events.jsonl, metrics.csv, report.json and
// manifest.json, one after the other. Whatever they say, there is a run with a name and a verdict.
#include "app/library/run_record.h"
#include "app/runs/run_judge.h"
#include "tests/fuzz/fuzzed.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view rest = fuzz::textOf(data, size);
    for (const char* name :
         {"job.json", "events.jsonl", "metrics.csv", "report.json", "manifest.json"}) {
        const auto path = fuzz::fileOf(fuzz::nextFile(rest), std::string("run/") + name);
        if (std::filesystem::is_empty(path)) {
            std::filesystem::remove(path);
        }
    }
    const QString folder = QString::fromStdString((fuzz::Folder::path() / "run").string());
    const app::runs::RunInfo info = app::runs::readRun(folder);
    fuzz::require(!info.name.isEmpty(), "a run without a name");
    fuzz::require(info.lossPoints.size() <= 64, "more points than a line has");
    fuzz::require(info.status != app::runs::RunStatus::Failed || !info.error.message.empty(),
                  "it failed without words");
    fuzz::require(info.status != app::runs::RunStatus::Finished
                      || app::runs::outputsProblem(folder).isEmpty(),
                  "finished without its outputs");
    if (const auto record = app::library::readRunFolder(folder); !record) {
        fuzz::requireWords(record.error());
    }
    return 0;
}
