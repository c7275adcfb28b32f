// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Rows are for an objective: which of them a job can learn.
#pragma once

#include "engine/data/dataset.h"

namespace engine::worker {

// Throws Failure(unsupported) when rows are for an objective that this version has not.
void requireAnswers(const data::Dataset& dataset);
// The same for one row of a data set with this mapping of columns.
void requireAnswers(const data::Record& record, const data::ColumnRoles& roles);

} // namespace engine::worker
