// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Writes a dict of tensors as torch.save does since torch 1.6: a zip archive of a pickle and of one
// member per storage, none compressed. torch.load reads it with weights_only. Small files: the
// whole is made in memory. Same tensors → same bytes. Sources: torch (serialization.py, _utils.py),
// PKWARE's APPNOTE 6.3.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace engine::tensors {

// float32, float16 or bfloat16 tensors on the CPU, in the given order. kDiskFull; kBadArgument for
// other types or above 2 GB in all.
void saveTorchFile(const std::filesystem::path& path,
                   const std::vector<std::pair<std::string, at::Tensor>>& tensors);

} // namespace engine::tensors
