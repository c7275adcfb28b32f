// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/made_update.h"

#include "engine/methods/low_rank_adapter.h"

namespace engine::methods {

std::optional<kernels::LowRank> MadeUpdate::lowRank(const nn::Pass& pass) const
{
    kernels::LowRank update = m_update;
    std::tie(update.a, update.b) = m_make();
    placeDropout(update, m_name, pass);
    return update;
}

} // namespace engine::methods
