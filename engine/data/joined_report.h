// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What is said of several sources together.
#pragma once

#include "engine/data/dataset.h"

#include <vector>

namespace engine::data {

// Sums and lists of all reports, without their records and edits. One alone stays as it is, but
// for these. `sha256` of several is over theirs.
Dataset joinedReport(const std::vector<const Dataset*>& sources);

} // namespace engine::data
