// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The weights of a model folder, written one tensor at a time into one file or shards.
#pragma once

#include "engine/exporters/exporter.h"
#include "engine/tensors/safetensors_writer.h"

#include <functional>
#include <string_view>
#include <vector>

namespace engine::exporters {

struct WeightSource
{
    std::vector<tensors::TensorSpec> specs; // in the order of the files
    std::vector<std::string_view> parts;    // what is read for them, in that order
    std::function<at::Tensor(const tensors::TensorSpec&)> tensor; // asked once, in that order
};

// Into `folder`, by the request's size of shards, progress and stop signals. Returns the hashes of
// the files. Throws Failure(disk_full, interrupted, …).
KnownHashes writeWeightFiles(const ExportRequest& request,
                             const WeightSource& source,
                             const std::filesystem::path& folder);

} // namespace engine::exporters
