// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The seeds of a model's dropout masks in device memory, so that a recorded step draws new masks
// every time it is played. Compute thread, and the backward's while that waits.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>

namespace engine::nn {

class DropoutSeeds
{
public:
    // Room for so many names.
    DropoutSeeds(int64_t capacity, at::Device device);

    // Where the seed of the mask of that name lies: int64 [1]. A name that was not there yet takes
    // the next place. Throws c10::Error when there is none.
    at::Tensor place(const std::string& name);

    // From now on device::derivedSeed(passSeed, name) lies at each place: of a micro-batch, as
    // Pass::seed. Enqueues one copy.
    void write(uint64_t passSeed);

private:
    std::map<std::string, int64_t> m_places;
    at::Tensor m_seeds; // int64 [capacity]
    uint64_t m_passSeed = 0;
};

} // namespace engine::nn
