// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/curve.h"

#include <algorithm>

namespace ui::plots {

void appendPoints(Curve& curve, const Curve& points)
{
    if (points.empty()) {
        return;
    }
    const auto repeated = std::ranges::lower_bound(
        curve, points.front().step, {}, [](const CurvePoint& point) { return point.step; });
    curve.erase(repeated, curve.end());
    curve.insert(curve.end(), points.begin(), points.end());
}

} // namespace ui::plots
