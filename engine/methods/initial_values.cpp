// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/initial_values.h"

#include "engine/device/seeds.h"

#include <ATen/ops/tensor.h>

#include <cmath>
#include <string>
#include <vector>

namespace engine::methods {

namespace {

template <typename Draw>
void fill(const at::Tensor& leaf, uint64_t seed, std::string_view name, Draw draw)
{
    device::RandomStream random(device::derivedSeed(seed, "init " + std::string(name)));
    std::vector<float> values(static_cast<std::size_t>(leaf.numel()));
    for (float& value : values) {
        value = static_cast<float>(draw(random));
    }
    leaf.detach().copy_(at::tensor(values).view(leaf.sizes()));
}

} // namespace

void fillUniform(const at::Tensor& leaf, uint64_t seed, std::string_view name)
{
    const double bound = 1.0 / std::sqrt(static_cast<double>(leaf.size(1)));
    fill(leaf, seed, name, [bound](device::RandomStream& random) {
        return (2 * random.uniform() - 1) * bound;
    });
}

void fillNormal(const at::Tensor& leaf, double deviation, uint64_t seed, std::string_view name)
{
    fill(leaf, seed, name, [deviation](device::RandomStream& random) {
        return deviation * random.normal();
    });
}

} // namespace engine::methods
