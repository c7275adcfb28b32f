// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Data and rendering as a job's data section asks for them, and their reports.
#pragma once

#include "engine/contract/job.h"
#include "engine/data/dataset.h"
#include "engine/objectives/registry.h"
#include "engine/text/renderer.h"

#include <map>
#include <string>
#include <vector>

namespace engine::worker {

// Throws Failure as data::loadDataset. Keeps the good rows [firstKept, firstKept + mostKept).
data::Dataset loadData(const contract::DataSection& section,
                       int64_t firstKept = 0,
                       int64_t mostKept = std::numeric_limits<int64_t>::max());
text::RenderSettings renderSettings(const contract::DataSection& section);

// "column=role" arguments. Throws Failure(bad_argument).
std::map<std::string, std::string> columnRoles(const std::vector<std::string>& arguments);

// The answer of `inspect data`.
contract::Value datasetValue(const data::Dataset& dataset);
// Good rows [first, first + rows) with their turns, as far as they were kept; long texts are
// shortened, and say so.
contract::Value recordsValue(const data::Dataset& dataset, int64_t first, int64_t rows);
// Tokens per sample: minimum, median, maximum, total, trained, special, how many were cut.
contract::Value lengthsValue(const objectives::PreparedData& prepared,
                             const text::Tokenizer& tokenizer,
                             int64_t maxLength);
// How many samples have each finding.
contract::Value findingCounts(const objectives::PreparedData& prepared);

} // namespace engine::worker
