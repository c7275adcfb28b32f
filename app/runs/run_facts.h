// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Fills a RunInfo from what is known: the job, and what the run has told. Plain functions; any
// thread.
#pragma once

#include "app/runs/run_info.h"
#include "app/runs/run_series.h"
#include "engine/contract/catalog.h"

namespace app::runs {

// What the job tells: id, names, paths, method, rank.
void applyJob(RunInfo& info, const engine::contract::Value& job);

// What the journal tells: step, losses, times, the sparkline. The status is not touched.
void applySeries(RunInfo& info, const RunSeries& series);

// What the options of a method are known as: {"DoRA", "PiSSA"}.
QStringList variantNames(const engine::contract::Value& method);

// "nf4 · LoRA r 16 · DoRA"; the id itself for a method that the catalogue (which may be null) does
// not have.
QString methodTitle(const engine::contract::Catalog* catalog, const RunInfo& info);

// At most `count` points of (step, mean loss around it); steps without a loss are passed over.
std::vector<QPointF> sparkline(const RunSeries& series, std::size_t count = 64);

} // namespace app::runs
