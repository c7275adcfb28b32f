// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/row_slices.h"

namespace engine::nn {

at::Tensor rowIndices(const kernels::RowSlice& slice)
{
    std::vector<int64_t> indices;
    indices.reserve(static_cast<std::size_t>(slice.rows()));
    for (int64_t group = 0; group < slice.groups; ++group) {
        for (int64_t row = 0; row < slice.chunk; ++row) {
            indices.push_back(slice.offset + group * slice.stride + row);
        }
    }
    return at::tensor(indices, at::kLong);
}

} // namespace engine::nn
