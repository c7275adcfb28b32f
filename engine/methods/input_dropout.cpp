// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/input_dropout.h"

#include "engine/device/seeds.h"
#include "engine/kernels/dropout.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones_like.h>

namespace engine::methods {

at::Tensor
dropped(const at::Tensor& x, double probability, const std::string& name, const nn::Pass& pass)
{
    if (!pass.training || probability == 0) {
        return x;
    }
    const uint64_t seed = device::derivedSeed(pass.seed, name);
    return x * kernels::counterDropout(at::ones_like(x), probability, seed);
}

} // namespace engine::methods
