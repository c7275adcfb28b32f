// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the comparison writes in its two tables: numbers side by side, and the settings that differ.
// Plain values.
#pragma once

#include "app/runs/run_info.h"
#include "app/runs/run_series.h"
#include "ui/pages/runs/run_documents.h"

#include <optional>

namespace ui::pages::runs {

// One run of the comparison.
struct ComparedRun
{
    app::runs::RunInfo info;
    const app::runs::RunSeries* series = nullptr;
    Value job;
    int color = 0; // its series
};

struct ComparedCell
{
    QString text;
    bool isBest = false;
    bool differs = false; // from the baseline
};

struct ComparedRow
{
    QString name;
    QList<ComparedCell> cells; // a run each
};

QList<ComparedRow> metricRows(const QList<ComparedRun>& runs);
// Only settings that are not the same everywhere; `total` becomes the number of all.
QList<ComparedRow> settingRows(const QList<ComparedRun>& runs, int& total);

} // namespace ui::pages::runs
