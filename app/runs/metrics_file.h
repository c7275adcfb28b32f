// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The columns of metrics.csv that lists need: a whole run in milliseconds, where its journal would
// take a hundred times the bytes.
#pragma once

#include "app/runs/run_series.h"

namespace app::runs {

// Puts steps, losses, times, tokens and evaluations into the series; nothing when there is no file.
// Rows that are no rows are passed over. Worker threads.
void readMetrics(const QString& path, RunSeries& series);

} // namespace app::runs
