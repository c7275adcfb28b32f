// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What is said of data and of the samples made from it.
#pragma once

#include "engine/contract/value.h"
#include "engine/data/dataset.h"
#include "engine/objectives/registry.h"
#include "engine/text/renderer.h"

#include <cstdint>

namespace engine::worker {

// The answer of `inspect data`.
contract::Value datasetValue(const data::Dataset& dataset);
// The kept rows with an index in [first, first + rows) and their turns, with those that only an
// edit made good; long texts are shortened, and say so, members of large rows are left out.
contract::Value recordsValue(const data::Dataset& dataset, int64_t first, int64_t rows);
// Tokens per sample: minimum, median, maximum, total, trained, special, how many were cut.
contract::Value lengthsValue(const objectives::PreparedData& prepared,
                             const text::Tokenizer& tokenizer,
                             int64_t maxLength);
// What each policy for long rows would do, by its name.
contract::Value policiesValue(const text::PolicyTable& policies);
// How many samples have each finding.
contract::Value findingCounts(const objectives::PreparedData& prepared);

} // namespace engine::worker
