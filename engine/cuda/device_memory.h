// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a GPU's memory holds, in bytes. Any thread.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>

namespace engine::cuda {

// What is left of it, other programs considered, with what LibTorch keeps for its next tensors.
int64_t freeBytes(at::Device device);
// The most that this process took for tensors so far.
int64_t peakBytes(at::Device device);

} // namespace engine::cuda
