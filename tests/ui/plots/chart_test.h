// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What tests of charts share: the studio's look and curves to draw.
#pragma once

#include "tests/support/studio_test.h"
#include "ui/plots/curve.h"

#include <cmath>

namespace chart_test {

// A falling loss with some noise that is the same every time.
inline ui::plots::Curve fallingLoss(int steps, double noise = 0.1)
{
    ui::plots::Curve curve;
    for (int step = 1; step <= steps; ++step) {
        const double wobble = noise * std::sin(step * 12.9898) * std::cos(step * 78.233);
        curve.push_back({.step = double(step),
                         .tokens = step * 4096.0,
                         .seconds = step * 0.5,
                         .value = 1.2 + 1.2 * std::exp(-6.0 * step / steps) + wobble});
    }
    return curve;
}

} // namespace chart_test
