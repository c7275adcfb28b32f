// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Exponential moving average with bias correction, one value at a time: the smooth line of the loss
// chart, which grows with the run without being computed anew.
#pragma once

#include <optional>

namespace ui::plots {

// m ← w·m + (1 − w)·v; the average is m / (1 − wⁿ) after n values (Kingma and Ba 2015, section 3),
// so the first values are not pulled towards zero.
class ExponentialAverage
{
public:
    // `weight` of the past, 0 … 1; 0 gives the values back.
    explicit ExponentialAverage(double weight = 0);

    // Takes in `value` and returns the average. A value that is not finite changes nothing.
    // NaN as long as no finite value came.
    double add(double value);

private:
    double m_weight;
    double m_sum = 0;
    double m_remaining = 1; // wⁿ
};

// The weight for a slider at `amount`, 0 … 1: the average reaches back over about
// 1 / (1 − weight) values, from one to a thousand in even proportions.
double smoothingWeight(double amount);

} // namespace ui::plots
