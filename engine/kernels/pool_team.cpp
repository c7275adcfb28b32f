// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/pool_team.h"

#include "engine/kernels/profile.h"

#include <omp.h>

namespace engine::kernels {

void PoolTeam::run(int64_t pieces, void* work, Call call)
{
    if (m_threads == 1 || pieces == 1) {
        for (int64_t piece = 0; piece < pieces; ++piece) {
            call(work, piece, 0);
        }
        return;
    }
    const ProfileLoop timed;
#pragma omp parallel for schedule(dynamic, 1) num_threads(m_threads)
    for (int64_t piece = 0; piece < pieces; ++piece) {
        call(work, piece, omp_get_thread_num());
    }
}

} // namespace engine::kernels
