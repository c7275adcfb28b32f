// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/metrics_file.h"

#include "engine/contract/metrics_row.h"

#include <QFile>

#include <cmath>
#include <limits>
#include <string_view>

namespace app::runs {

namespace {

namespace contract = engine::contract;

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

void append(RunSeries& series, const contract::MetricsRow& row)
{
    const contract::event::Step& step = row.step;
    if (step.step < 1 || step.step > std::numeric_limits<int32_t>::max()) {
        return;
    }
    if (!series.isEmpty() && series.steps.back() >= step.step) {
        series.rewindTo(step.step - 1);
    }
    series.steps.push_back(static_cast<int32_t>(step.step));
    series.epoch.push_back(static_cast<float>(step.epoch));
    series.loss.push_back(static_cast<float>(step.loss.value_or(kAbsent)));
    series.learningRate.push_back(static_cast<float>(step.learningRate));
    series.gradNorm.push_back(static_cast<float>(step.gradNorm.value_or(kAbsent)));
    series.tokens.push_back(step.tokens);
    series.tokensPerSecond.push_back(static_cast<float>(step.tokensPerSecond));
    series.seconds.push_back(step.seconds);
    series.memoryBytes.push_back(step.memoryBytes);
    series.accuracy.push_back(std::numeric_limits<float>::quiet_NaN());
    if (row.evalLoss) {
        EvalPoint eval;
        eval.step = step.step;
        eval.epoch = step.epoch;
        eval.loss = *row.evalLoss;
        eval.perplexity = std::exp(*row.evalLoss);
        eval.accuracy = kAbsent;
        eval.seconds = step.seconds;
        eval.tokens = step.tokens;
        series.evals.push_back(eval);
    }
}

} // namespace

void readMetrics(const QString& path, RunSeries& series)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return;
    }
    const QByteArray bytes = file.readAll();
    std::string_view text(bytes.data(), static_cast<std::size_t>(bytes.size()));
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        // The header is no row either.
        if (const auto row = contract::parseMetrics(text.substr(0, end))) {
            append(series, row.value());
        }
        text.remove_prefix(end + 1);
    }
}

} // namespace app::runs
