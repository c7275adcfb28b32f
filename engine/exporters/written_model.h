// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What every exporter of whole models does beside writing weights.
#pragma once

#include "engine/exporters/exporter.h"

namespace engine::exporters {

// An adapter made here names its base by content: merging it into other weights gives another
// model. Throws Failure(incompatible) for the first adapter that was trained on other ones.
void requireSameBase(const ExportRequest& request);

// config.json of the model with the request's dtype and with the head's own weight where
// `isUntied`.
//   quantization  `quantization_config` of what is written; null for dense weights
void writeConfig(const ExportRequest& request,
                 bool isUntied,
                 const contract::Value& quantization,
                 const std::filesystem::path& folder);

} // namespace engine::exporters
