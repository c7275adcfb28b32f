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

at::Tensor LowRankFactors::delta() const
{
    return at::matmul(b, a).mul_(scale());
}

int64_t AdapterState::parameters() const
{
    int64_t sum = 0;
    for (const LowRankFactors& factor : factors) {
        sum += factor.a.numel() + factor.b.numel();
    }
    for (const ReplacedParameter& parameter : replaced) {
        sum += parameter.value.numel();
    }
    return sum;
}

} // namespace engine::methods
