// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace engine::train {

double Schedule::at(int64_t step) const
{
    if (step < warmupSteps) {
        return learningRate * static_cast<double>(step) / static_cast<double>(warmupSteps);
    }
    if (id == "constant") {
        return learningRate;
    }
    const auto rest = static_cast<double>(std::max<int64_t>(totalSteps - warmupSteps, 1));
    const double progress = std::min(static_cast<double>(step - warmupSteps) / rest, 1.0);
    if (id == "linear") {
        return learningRate * (1 - progress);
    }
    return learningRate * 0.5 * (1 + std::cos(std::numbers::pi * progress));
}

} // namespace engine::train
