// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Min–max decimation: a curve of any length becomes at most four points for each pixel column, and
// no peak is lost. A chart with a hundred thousand points then draws as fast as one with a
// thousand.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ui::plots {

// Where a curve is drawn: the visible range of x and the pixel columns it is spread over.
struct PixelColumns
{
    double lower = 0;
    double upper = 1;
    int count = 0; // nothing is decimated when 0
};

// The points that stand for a curve.
struct DecimatedCurve
{
    std::vector<double> x;
    std::vector<double> y;
};

// Of every column the first, lowest, highest and last point, in the order of x; one point more on
// either side of the range, so that lines leave the picture at the right angle. Values that are not
// finite become one NaN each run of them, which breaks the line. `x` rises, both have one length.
DecimatedCurve
decimate(std::span<const double> x, std::span<const double> y, const PixelColumns& columns);

} // namespace ui::plots
