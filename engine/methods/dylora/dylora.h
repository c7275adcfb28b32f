// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// DyLoRA: low-rank updates whose first b rows and columns are an adapter of rank b, for every b up
// to `rank`. Every optimiser step draws one b for the whole model and trains with
// h = W0 x + (alpha / b) · B[:, :b] A[:b] x. Source: Valipour et al. 2023, section 4; the released
// code is huawei-noah/Efficient-NLP, DyLoRA.
#pragma once

#include "engine/methods/low_rank_settings.h"
#include "engine/methods/method.h"

namespace engine::methods::dylora {

struct DyloraSettings : LowRankSettings
{
    std::string update = "up_to";
    bool maskedOptimizer = true;
    std::string rankDistribution = "uniform";
};

extern const Method kDylora;

} // namespace engine::methods::dylora
