// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// `quality` of `inspect data`.
#pragma once

#include "engine/contract/value.h"
#include "engine/data/dataset.h"
#include "engine/data/quality.h"

#include <string_view>

namespace engine::worker {

// `validation`: where its rows come from, "file", "split" or "none".
contract::Value qualityValue(const data::Quality& quality,
                             const data::Leakage& leakage,
                             std::string_view validation,
                             const data::Dataset& dataset);

} // namespace engine::worker
