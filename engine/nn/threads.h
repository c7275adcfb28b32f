// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The threads of a model's fast paths: as many as LibTorch is told to use, kept between steps.
// Compute thread only.
#pragma once

#include "engine/kernels/pool_team.h"

#include <ATen/Parallel.h>

#include <memory>

namespace engine::nn {

class Threads
{
public:
    kernels::PoolTeam& team()
    {
        const int wanted = at::get_num_threads();
        if (m_team == nullptr || m_team->size() != wanted) {
            m_team.reset();
            m_team = std::make_unique<kernels::PoolTeam>(wanted);
        }
        return *m_team;
    }

private:
    std::unique_ptr<kernels::PoolTeam> m_team;
};

} // namespace engine::nn
