// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Frozen linear layers with low-rank updates as few matrix products as possible: one for weights
// that lie behind each other in memory, one for all A, one K-concatenated for the input's gradient.
// ATen operators alone (cuBLAS on a GPU), so it is tested on the processor too. Hu et al. 2021.
#pragma once

#include "engine/kernels/linear_group.h"

namespace engine::cuda {

using at::Tensor;

// M ⊙ x as kernels::counterDropout with the update's probability and seed.
using Dropout = Tensor (*)(const Tensor& x, const kernels::LowRank& update);

// As kernels::groupForward. Outputs of stacked weights are column slices of one buffer; low-rank
// products have their scale in them.
kernels::GroupForward
groupForward(const Tensor& x, const std::vector<kernels::FrozenMatrix>& group, Dropout dropout);

// As kernels::groupBackward; gradients of half-type updates are made in float32 at once.
kernels::GroupGradients groupBackward(const Tensor& x,
                                      const std::vector<kernels::FrozenMatrix>& group,
                                      const std::vector<Tensor>& lowRanks,
                                      const std::vector<Tensor>& outputGradients,
                                      bool needsX,
                                      const std::vector<bool>& needsParameters,
                                      Dropout dropout);

// Matrices of one width that lie row behind row in one storage, as one view; else undefined.
Tensor stackedRows(const std::vector<Tensor>& matrices);
// Matrices of one height that lie column beside column in one storage, as one view; else undefined.
Tensor stackedColumns(const std::vector<Tensor>& matrices);

} // namespace engine::cuda
