// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/compare_tables.h"

#include "app/base/format.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>
#include <cmath>
#include <functional>

namespace ui::pages::runs {

namespace {

class Texts
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::runs::CompareTables)
};

// A number of each run; nothing where there is none. The smallest or largest is the best.
struct Metric
{
    QString name;
    std::function<std::optional<double>(const ComparedRun&)> value;
    std::function<QString(double)> format;
    enum class Best { None, Lowest, Highest } best = Best::Lowest;
};

QString asCount(double value)
{
    return app::formatCount(std::llround(value));
}

const app::runs::EvalPoint* bestEval(const ComparedRun& run)
{
    return run.series ? run.series->bestEval() : nullptr;
}

std::optional<double> peakMemory(const ComparedRun& run)
{
    if (!run.series || run.series->memoryBytes.empty()) {
        return std::nullopt;
    }
    return static_cast<double>(*std::ranges::max_element(run.series->memoryBytes));
}

std::optional<double> meanSpeed(const ComparedRun& run)
{
    if (!run.series || run.series->isEmpty() || !(run.series->seconds.back() > 0)) {
        return std::nullopt;
    }
    return static_cast<double>(run.series->tokens.back()) / run.series->seconds.back();
}

std::optional<double> positive(double value)
{
    return value > 0 ? std::optional(value) : std::nullopt;
}

QList<Metric> metrics()
{
    using Best = Metric::Best;
    return {
        {Texts::tr("Best validation loss"),
         [](const ComparedRun& run) {
             const auto* best = bestEval(run);
             return best ? std::optional(best->loss) : std::nullopt;
         },
         app::formatLoss},
        {Texts::tr("at step"),
         [](const ComparedRun& run) {
             const auto* best = bestEval(run);
             return best ? std::optional(static_cast<double>(best->step)) : std::nullopt;
         },
         asCount,
         Best::None},
        {Texts::tr("Perplexity"),
         [](const ComparedRun& run) {
             const auto* best = bestEval(run);
             return best ? positive(best->perplexity) : std::nullopt;
         },
         [](double value) { return app::formatNumber(value, 3); }},
        {Texts::tr("Token accuracy"),
         [](const ComparedRun& run) {
             const auto* best = bestEval(run);
             return best && std::isfinite(best->accuracy) ? std::optional(best->accuracy)
                                                          : std::nullopt;
         },
         [](double value) { return app::formatPercent(value); },
         Best::Highest},
        {Texts::tr("Steps"),
         [](const ComparedRun& run) { return positive(static_cast<double>(run.info.step)); },
         asCount,
         Best::None},
        {Texts::tr("Parameters"),
         [](const ComparedRun& run) {
             return positive(static_cast<double>(run.info.trainableParameters));
         },
         [](double value) { return app::formatShort(std::llround(value)); }},
        {Texts::tr("Time"),
         [](const ComparedRun& run) { return positive(run.info.seconds); },
         app::formatDuration},
        {Texts::tr("Tokens/s"), meanSpeed, asCount, Best::Highest},
        {Texts::tr("Peak memory"),
         peakMemory,
         [](double value) { return app::formatMemory(std::llround(value)); }},
    };
}

// A run that goes on has no final time or memory to win with.
bool counts(const ComparedRun& run)
{
    return run.info.status == app::runs::RunStatus::Finished;
}

ComparedRow rowOf(const Metric& metric, const QList<ComparedRun>& runs)
{
    ComparedRow row;
    row.name = metric.name;
    std::optional<double> best;
    bool differs = false; // a tie has no winner
    for (const ComparedRun& run : runs) {
        const std::optional<double> value = metric.value(run);
        row.cells.append({value ? metric.format(*value) : app::noValue()});
        if (!value || !counts(run) || metric.best == Metric::Best::None) {
            continue;
        }
        differs = differs || (best && *value != *best);
        const bool better =
            !best || (metric.best == Metric::Best::Lowest ? *value < *best : *value > *best);
        best = better ? value : best;
    }
    for (qsizetype index = 0; index < runs.size() && differs; ++index) {
        row.cells[index].isBest = counts(runs[index]) && metric.value(runs[index]) == best;
    }
    return row;
}

} // namespace

QList<ComparedRow> metricRows(const QList<ComparedRun>& runs)
{
    QList<ComparedRow> rows;
    for (const Metric& metric : metrics()) {
        rows.append(rowOf(metric, runs));
    }
    return rows;
}

QList<ComparedRow> settingRows(const QList<ComparedRun>& runs, int& total)
{
    QStringList keys;
    QList<QHash<QString, QString>> values;
    for (const ComparedRun& run : runs) {
        QHash<QString, QString> byKey;
        for (const Entry& entry : flattened(run.job)) {
            // Each run has its own.
            if (entry.key == QLatin1String("id") || entry.key == QLatin1String("output.name")) {
                continue;
            }
            if (!keys.contains(entry.key)) {
                keys.append(entry.key);
            }
            byKey.insert(entry.key, entry.value);
        }
        values.append(byKey);
    }
    total = static_cast<int>(keys.size());
    QList<ComparedRow> rows;
    for (const QString& key : keys) {
        ComparedRow row;
        row.name = key;
        bool differs = false;
        const QString baseline = values.first().value(key, app::noValue());
        for (const QHash<QString, QString>& byKey : values) {
            const QString value = byKey.value(key, app::noValue());
            row.cells.append({value, false, value != baseline});
            differs = differs || value != baseline;
        }
        if (differs) {
            rows.append(row);
        }
    }
    return rows;
}

} // namespace ui::pages::runs
