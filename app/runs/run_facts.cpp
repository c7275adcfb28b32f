// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/run_facts.h"

#include "app/base/text.h"

#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace app::runs {

namespace {

using engine::contract::Value;

// The pace of the last steps tells the time left better than the mean over the run.
constexpr std::size_t kPaceSteps = 50;

QString nameOf(const QString& path)
{
    return QFileInfo(path).fileName();
}

double secondsPerStep(const RunSeries& series)
{
    const std::size_t size = series.size();
    if (size < 2) {
        return size == 1 ? series.seconds.front() : 0;
    }
    const std::size_t from = size - std::min(size, kPaceSteps);
    const double steps = series.steps.back() - series.steps[from];
    return steps > 0 ? (series.seconds.back() - series.seconds[from]) / steps : 0;
}

std::optional<double> finite(double value)
{
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

} // namespace

QStringList variantNames(const Value& method)
{
    QStringList names;
    if (method["use_dora"].toBool()) {
        names.append(QStringLiteral("DoRA"));
    }
    if (method["use_rslora"].toBool()) {
        names.append(QStringLiteral("rsLoRA"));
    }
    if (method["lora_plus_ratio"].toDouble(1) > 1) {
        names.append(QStringLiteral("LoRA+"));
    }
    // Starts that papers named. Others are said as the job says them.
    static const std::pair<const char*, const char*> kStarts[] = {
        {"pissa", "PiSSA"}, {"olora", "OLoRA"}, {"loftq", "LoftQ"}, {"default", ""}, {"", ""}};
    const std::string& start = method["init"].toString();
    const auto* known =
        std::ranges::find_if(kStarts, [&start](const auto& each) { return start == each.first; });
    names.append(known == std::end(kStarts) ? qs(start) : QString::fromLatin1(known->second));
    names.removeAll({});
    return names;
}

void applyJob(RunInfo& info, const Value& job)
{
    info.id = qs(job["id"].toString());
    info.name = qs(job["output"]["name"].toString());
    if (info.name.isEmpty()) {
        info.name = nameOf(info.folder);
    }
    info.basePath = qs(job["model"]["path"].toString());
    info.baseName = nameOf(info.basePath);
    info.dataPath = qs(job["data"]["path"].toString());
    info.dataName = nameOf(info.dataPath);
    QStringList sources; // of a mixture
    for (const Value& source : job["data"]["mix"].toList()) {
        const QString path = qs(source["path"].toString());
        info.dataPath = info.dataPath.isEmpty() ? path : info.dataPath;
        sources.append(nameOf(path));
    }
    if (!sources.isEmpty()) {
        info.dataName = sources.join(QStringLiteral(" + "));
    }
    info.methodId = qs(job["method"]["id"].toString());
    info.rank = job["method"]["rank"].toInteger();
    const std::string& packed = job["model"]["quantization"].toString();
    info.quantization = packed == "none" ? QString() : qs(packed);
    info.variants = variantNames(job["method"]);
    info.method = methodTitle(nullptr, info);
    info.totalSteps = job["training"]["max_steps"].toInteger();
}

void applySeries(RunInfo& info, const RunSeries& series)
{
    info.phase = series.phase;
    const PhaseProgress& progress = series.progress;
    info.work = progress.work;
    info.workShare =
        progress.total > 0 ? std::clamp(
            static_cast<double>(progress.done) / static_cast<double>(progress.total), 0.0, 1.0)
                           : -1;
    info.totalSteps = std::max<qint64>(series.totalSteps, info.totalSteps);
    if (series.started.isValid()) {
        info.started = series.started;
    }
    if (!series.isEmpty()) {
        info.step = series.steps.back();
        info.seconds = series.seconds.back();
        info.tokensPerSecond = finite(series.tokensPerSecond.back()).value_or(0);
        info.memoryBytes = series.memoryBytes.back();
        info.lastLoss = finite(series.loss.back());
        info.lossPoints = sparkline(series);
    }
    const double pace = secondsPerStep(series);
    info.secondsLeft = info.totalSteps > 0 && pace > 0
                           ? pace * static_cast<double>(info.totalSteps - info.step)
                           : -1;
    if (!series.evals.empty()) {
        info.evalLoss = finite(series.evals.back().loss);
    }
    if (const EvalPoint* best = series.bestEval()) {
        info.bestEvalLoss = best->loss;
        info.bestStep = best->step;
    }
    if (!series.checkpoints.empty()) {
        info.lastCheckpoint = series.checkpoints.back().step;
    }
}

QString methodTitle(const engine::contract::Catalog* catalog, const RunInfo& info)
{
    const auto* entry = catalog ? findEntry(catalog->methods, stdString(info.methodId)) : nullptr;
    const QString name = entry ? qs(entry->name) : info.methodId;
    QStringList words = {info.quantization, name};
    if (info.rank > 0) {
        words.last() += QLatin1String(" r ") + QString::number(info.rank);
    }
    words += info.variants;
    words.removeAll({});
    return words.join(QStringLiteral(" · "));
}

std::vector<QPointF> sparkline(const RunSeries& series, std::size_t count)
{
    std::vector<QPointF> points;
    const std::size_t size = series.size();
    const std::size_t buckets = std::min(size, count);
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        const std::size_t begin = size * bucket / buckets;
        const std::size_t end = size * (bucket + 1) / buckets;
        double sum = 0;
        int losses = 0;
        for (std::size_t i = begin; i < end; ++i) {
            if (std::isfinite(series.loss[i])) {
                sum += static_cast<double>(series.loss[i]);
                ++losses;
            }
        }
        if (losses > 0) {
            points.emplace_back(series.steps[end - 1], sum / losses);
        }
    }
    return points;
}

} // namespace app::runs
