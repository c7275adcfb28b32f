// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/interval.h"

#include <algorithm>
#include <cmath>

namespace ui::plots {

namespace {

Interval toLog(const Interval& range)
{
    return {std::log(range.lower), std::log(range.upper)};
}

Interval fromLog(const Interval& range)
{
    return {std::exp(range.lower), std::exp(range.upper)};
}

} // namespace

Interval zoomed(const Interval& range, double factor, double anchor, bool logarithmic)
{
    if (logarithmic) {
        return fromLog(zoomed(toLog(range), factor, std::log(anchor)));
    }
    return {anchor - (anchor - range.lower) / factor, anchor + (range.upper - anchor) / factor};
}

Interval panned(const Interval& range, double share, bool logarithmic)
{
    if (logarithmic) {
        return fromLog(panned(toLog(range), share));
    }
    const double distance = share * range.size();
    return {range.lower + distance, range.upper + distance};
}

Interval keptInside(const Interval& range, const Interval& limits)
{
    if (range.size() >= limits.size()) {
        return limits;
    }
    const double lower = std::clamp(range.lower, limits.lower, limits.upper - range.size());
    return {lower, lower + range.size()};
}

Interval padded(const Interval& range, double share, bool logarithmic)
{
    if (logarithmic) {
        const Interval around =
            range.size() > 0 ? range : Interval{range.lower / 2, range.upper * 2};
        return fromLog(padded(toLog(around), share));
    }
    if (range.size() <= 0) {
        const double room = range.lower == 0 ? 1 : std::abs(range.lower) / 2;
        return {range.lower - room, range.upper + room};
    }
    return {range.lower - share * range.size(), range.upper + share * range.size()};
}

} // namespace ui::plots
