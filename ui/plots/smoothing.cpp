// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/smoothing.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ui::plots {

ExponentialAverage::ExponentialAverage(double weight) : m_weight(std::clamp(weight, 0.0, 1.0))
{
}

double ExponentialAverage::add(double value)
{
    if (std::isfinite(value)) {
        m_sum = m_weight * m_sum + (1 - m_weight) * value;
        m_remaining *= m_weight;
    }
    return m_remaining < 1 ? m_sum / (1 - m_remaining) : std::numeric_limits<double>::quiet_NaN();
}

double smoothingWeight(double amount)
{
    return 1 - std::pow(10.0, -3 * std::clamp(amount, 0.0, 1.0));
}

} // namespace ui::plots
