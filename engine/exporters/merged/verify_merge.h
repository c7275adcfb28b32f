// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Proves that a written model answers as base + adapters do, before it is published.
#pragma once

#include "engine/exporters/exporter.h"

#include <filesystem>

namespace engine::exporters::merged {

// Logits of the model in `written` against the request's base + adapters on fixed probe tokens,
// both in float32. Merged into dequantised weights, the adapters stand on the base in that form.
// The tolerance follows the dtype of the written weights (docs/formats.md).
Verification verifyMerge(const ExportRequest& request, const std::filesystem::path& written);

} // namespace engine::exporters::merged
