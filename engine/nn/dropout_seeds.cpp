// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/dropout_seeds.h"

#include "engine/device/seeds.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <bit>

namespace engine::nn {

namespace {

int64_t seedBits(uint64_t passSeed, const std::string& name)
{
    return std::bit_cast<int64_t>(device::derivedSeed(passSeed, name));
}

} // namespace

DropoutSeeds::DropoutSeeds(int64_t capacity, at::Device device)
    : m_seeds(at::zeros({capacity}, at::dtype(at::kLong).device(device)))
{
}

at::Tensor DropoutSeeds::place(const std::string& name)
{
    const auto [found, isNew] = m_places.emplace(name, static_cast<int64_t>(m_places.size()));
    TORCH_CHECK(found->second < m_seeds.numel(),
                "more than ",
                m_seeds.numel(),
                " dropout masks: no place for ",
                name);
    at::Tensor place = m_seeds.narrow(0, found->second, 1);
    if (isNew) {
        place.fill_(seedBits(m_passSeed, name));
    }
    return place;
}

void DropoutSeeds::write(uint64_t passSeed)
{
    m_passSeed = passSeed;
    if (m_places.empty()) {
        return;
    }
    const auto count = static_cast<int64_t>(m_places.size());
    const bool isCpu = m_seeds.is_cpu();
    const at::Tensor seeds = at::empty({count}, at::dtype(at::kLong).pinned_memory(!isCpu));
    auto* to = seeds.mutable_data_ptr<int64_t>();
    for (const auto& [name, place] : m_places) {
        to[place] = seedBits(passSeed, name);
    }
    m_seeds.narrow(0, 0, count).copy_(seeds, /*non_blocking=*/!isCpu);
}

} // namespace engine::nn
