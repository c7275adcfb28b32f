// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Both merges of adapters that were trained on a packed base, beside the adapters on that base:
// what each costs, before one is chosen.
#pragma once

#include "engine/exporters/exporter.h"

namespace engine::exporters {

// Of the request's adapters (separated) on its model, each merge in the request's dtype, all
// computed in float32. A merge that is measured is held in memory as a whole. Where there is no
// original to merge into (hasOriginalMerge), the dequantised base alone.
MergeComparison compareMerges(const ExportRequest& request);

} // namespace engine::exporters
