// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Where samples stand in the packs of a training's first epoch.
#pragma once

#include "engine/data/batcher.h"
#include "engine/objectives/objective.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace engine::worker {

struct PackPlace
{
    int64_t pack = 0;   // in the order in which packs are trained
    int64_t begin = 0;  // of the sample's ids in the pack
    int64_t tokens = 0; // of the whole pack
};

// [samples]; nothing for samples that validate. `settings` with packing; how many packs a batch
// has does not matter. Throws Failure as data::splitIndices and data::Batcher.
std::vector<std::optional<PackPlace>> packPlaces(const objectives::PreparedData& prepared,
                                                 data::BatchSettings settings,
                                                 double validationFraction);

} // namespace engine::worker
