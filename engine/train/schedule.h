// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The learning rate of every optimiser step. Source: transformers optimization.py (get_scheduler).
#pragma once

#include <cstdint>
#include <string>

namespace engine::train {

struct Schedule
{
    std::string id = "cosine"; // cosine, linear, constant
    double learningRate = 2e-4;
    int64_t warmupSteps = 0;
    int64_t totalSteps = 1;

    // Step 0 is the first. Rises linearly over the warm-up, then falls to 0 at totalSteps along a
    // half cosine or a line, or stays.
    double at(int64_t step) const;
};

} // namespace engine::train
