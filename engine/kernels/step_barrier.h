// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Where threads that go through the same steps meet after each: one cache line travels each way.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace engine::kernels {

class StepBarrier
{
public:
    explicit StepBarrier(int parts) : m_flags(static_cast<std::size_t>(parts)) {}

    // Returns when every part has called this as often as `part`, whose writes before it are then
    // seen by all.
    void arrive(int part);

    // Whether a part has waited so long that its processor must have been needed elsewhere; asking
    // forgets it. Not while parts are on their way.
    bool wasLong();

private:
    struct alignas(64) Flag
    {
        std::atomic<uint32_t> steps = 0;
        bool wasLong = false;
    };

    std::vector<Flag> m_flags;
};

} // namespace engine::kernels
