// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Lines of a journal: whatever they say, the columns stay of one length and their steps rise.
#include "app/runs/journal_reader.h"
#include "tests/fuzz/fuzzed.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    app::runs::JournalReader reader;
    std::string_view rest = fuzz::textOf(data, size);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        reader.addLine(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    reader.settle();
    const app::runs::RunSeries& series = reader.series();
    const std::size_t steps = series.size();
    fuzz::require(series.loss.size() == steps && series.learningRate.size() == steps
                      && series.gradNorm.size() == steps && series.tokensPerSecond.size() == steps
                      && series.epoch.size() == steps && series.accuracy.size() == steps
                      && series.seconds.size() == steps && series.tokens.size() == steps
                      && series.memoryBytes.size() == steps,
                  "columns of several lengths");
    for (std::size_t i = 0; i < steps; ++i) {
        fuzz::require(series.steps[i] > (i == 0 ? 0 : series.steps[i - 1]), "a step falls back");
    }
    for (std::size_t i = 1; i < series.evals.size(); ++i) {
        fuzz::require(series.evals[i].step > series.evals[i - 1].step, "an evaluation falls back");
    }
    fuzz::require(series.terminal.isEmpty() || series.terminal == QLatin1String("done")
                      || series.terminal == QLatin1String("failed"),
                  "an end that is none");
    return 0;
}
