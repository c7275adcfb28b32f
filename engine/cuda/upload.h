// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Weights from mapped files onto the GPU through two pinned buffers: while one travels, the other
// is filled, so that disk and bus work at the same time. Compute thread only.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace engine::cuda {

// Bytes of one pinned buffer.
inline constexpr int64_t kPinnedBytes = int64_t{64} << 20;

// As kernels::DeviceKernels::upload. Returns when the last piece is on its way; work enqueued on
// the current stream afterwards sees the whole.
void upload(const void* source, at::Tensor& target);

} // namespace engine::cuda
