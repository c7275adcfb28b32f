// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/vera/vera_plan.h"

#include "engine/device/failure.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>

namespace engine::methods::vera {

namespace {

int64_t most(const std::vector<Target>& targets, int64_t (Target::*size)() const)
{
    int64_t largest = 0;
    for (const Target& target : targets) {
        largest = std::max(largest, (target.*size)());
    }
    return largest;
}

at::Tensor kaiming(const std::vector<int64_t>& shape, const at::Generator& generator)
{
    const double deviation = std::sqrt(2.0) / std::sqrt(static_cast<double>(shape[1]));
    const double bound = std::sqrt(3.0) * deviation;
    return at::empty(shape, at::kFloat).uniform_(-bound, bound, generator);
}

} // namespace

VeraSettings settingsOf(const contract::Value& settings)
{
    static const contract::Schema<VeraSettings> schema = veraSchema();
    return valueOrThrow(schema.parse(settings, "method", contract::UnknownKeys::Ignore));
}

std::vector<int64_t> shapeOfA(const VeraSettings& settings, const std::vector<Target>& targets)
{
    return {settings.rank, most(targets, &Target::inputs)};
}

std::vector<int64_t> shapeOfB(const VeraSettings& settings, const std::vector<Target>& targets)
{
    return {most(targets, &Target::rows), settings.rank};
}

Projections drawnProjections(const VeraSettings& settings, const std::vector<Target>& targets)
{
    const auto key = static_cast<uint64_t>(settings.projectionPrngKey);
    const at::Generator generator = at::detail::createCPUGenerator(key);
    Projections shared;
    shared.a = kaiming(shapeOfA(settings, targets), generator);
    shared.b = kaiming(shapeOfB(settings, targets), generator);
    return shared;
}

std::pair<at::Tensor, at::Tensor> projectionsOf(const Target& target, const Projections& shared)
{
    return {shared.a.narrow(1, 0, target.inputs()), shared.b.narrow(0, 0, target.rows())};
}

std::pair<at::Tensor, at::Tensor>
factorsOf(const Target& target, const Projections& shared, const at::Tensor& b, const at::Tensor& d)
{
    const auto& [projectionA, projectionB] = projectionsOf(target, shared);
    return {projectionA * d.unsqueeze(1), projectionB * b.unsqueeze(1)};
}

} // namespace engine::methods::vera
