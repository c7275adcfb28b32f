// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/pass.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

namespace engine::nn {

Pass packedPass(const std::vector<int64_t>& lengths)
{
    Pass pass;
    std::vector<at::Tensor> positions;
    pass.sequences.queryOffsets = {0};
    for (const int64_t length : lengths) {
        pass.sequences.queryOffsets.push_back(pass.sequences.queryOffsets.back() + length);
        positions.push_back(at::arange(length, at::kLong));
    }
    pass.sequences.keyOffsets = pass.sequences.queryOffsets;
    pass.positions = positions.empty() ? at::empty({0}, at::kLong) : at::cat(positions);
    return pass;
}

} // namespace engine::nn
