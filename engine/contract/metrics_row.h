// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// metrics.csv of a run folder: a header and one row per optimiser step (contract section 4).
#pragma once

#include "engine/contract/event.h"
#include "engine/contract/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace engine::contract {

struct MetricsRow
{
    event::Step step; // its accuracy is not a column
    std::optional<double> evalLoss;
};

// "step,epoch,loss,eval_loss,…", without a line feed.
std::string_view metricsHeader();

// One row without a line feed: numbers in the shortest form that reads back exactly, empty where
// there is none.
std::string formatMetrics(const MetricsRow& row);

// A row → numbers. kBadFile naming the column.
Result<MetricsRow> parseMetrics(std::string_view line);

} // namespace engine::contract
