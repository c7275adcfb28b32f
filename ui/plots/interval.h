// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A range of an axis and the arithmetic of zooming and panning, in linear and logarithmic space.
#pragma once

namespace ui::plots {

struct Interval
{
    double lower = 0;
    double upper = 1;

    double size() const { return upper - lower; }
    bool contains(double value) const { return value >= lower && value <= upper; }
    bool operator==(const Interval&) const = default;
};

// `factor` > 1 is closer; what lies at `anchor` stays where it is.
Interval zoomed(const Interval& range, double factor, double anchor, bool logarithmic = false);

// Moved by `share` of its size, 1 = a whole view to the right.
Interval panned(const Interval& range, double share, bool logarithmic = false);

// Kept inside `limits`: moved where it sticks out, cut where it is larger.
Interval keptInside(const Interval& range, const Interval& limits);

// A little room around the values: `share` of the size on both ends. A range without size becomes
// one around its value.
Interval padded(const Interval& range, double share, bool logarithmic = false);

} // namespace ui::plots
