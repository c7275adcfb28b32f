// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Rows of a slice of a fused weight as LibTorch indexes them.
#pragma once

#include "engine/kernels/linear_group.h"

#include <ATen/core/Tensor.h>

namespace engine::nn {

// int64 [slice.rows()], in the order of the slice's factors.
at::Tensor rowIndices(const kernels::RowSlice& slice);

} // namespace engine::nn
