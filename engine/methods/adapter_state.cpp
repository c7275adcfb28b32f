// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/adapter_state.h"

#include <ATen/ops/matmul.h>

#include <cmath>

namespace engine::methods {

double LowRankFactors::scale() const
{
    const auto r = static_cast<double>(rank());
    return alpha / (usesRslora ? std::sqrt(r) : r);
}

int64_t LowRankFactors::parameters() const
{
    return a.numel() + b.numel() + (bias.defined() ? bias.numel() : 0);
}

at::Tensor LowRankFactors::delta() const
{
    const at::Tensor product = at::matmul(b, a).mul_(scale());
    return isEmbedding ? product.t() : product;
}

int64_t AdapterState::parameters() const
{
    int64_t sum = 0;
    for (const LowRankFactors& factor : factors) {
        sum += factor.parameters();
    }
    for (const std::vector<ReplacedParameter>* tensors : {&replaced, &own}) {
        for (const ReplacedParameter& tensor : *tensors) {
            sum += tensor.value.numel();
        }
    }
    return sum;
}

} // namespace engine::methods
