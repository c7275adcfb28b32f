// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Rows of a table that is trained itself, on the processor.
#pragma once

#include <ATen/core/Tensor.h>

namespace engine::kernels {

// table[ids], as at::embedding. The backward adds the rows' gradients to where the leaf keeps its
// own (weight_gradient.h), in the order of the ids: no table of zeros and no pass over all of it.
//   table  a leaf as isTrainedInPlace() asks for, [rows, width]
//   ids    int64 [count]
at::Tensor trainedTableRows(const at::Tensor& table, const at::Tensor& ids);

} // namespace engine::kernels
