// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What charts draw, as plain data: points along a run and the marks beside them. Charts know
// nothing of runs or files; whoever owns the numbers fills these in.
#pragma once

#include <QString>

#include <vector>

namespace ui::plots {

// What the horizontal axis counts.
enum class XUnit { Step, Tokens, Time };

// One measured value, with every position it can be drawn at.
struct CurvePoint
{
    double step = 0;
    double tokens = 0;  // read since the start of the run
    double seconds = 0; // since the start of the run
    double value = 0;   // NaN where nothing finite was measured: the line breaks there

    double x(XUnit unit) const
    {
        return unit == XUnit::Step ? step : unit == XUnit::Tokens ? tokens : seconds;
    }
};

// By rising step.
using Curve = std::vector<CurvePoint>;

// Something that happened at a point of the run.
//   Checkpoint  a triangle on the axis
//   Sample      a square on the axis
//   Incident    a dashed line with `text` beside it, in one short sentence
struct Marker
{
    enum class Kind { Checkpoint, Sample, Incident };

    Kind kind = Kind::Checkpoint;
    double step = 0;
    double tokens = 0;
    double seconds = 0;
    QString text;

    double x(XUnit unit) const
    {
        return unit == XUnit::Step ? step : unit == XUnit::Tokens ? tokens : seconds;
    }
};

// Appends `points`; those already there from the first new step on are replaced, so that a resumed
// run overwrites what it repeats.
void appendPoints(Curve& curve, const Curve& points);

} // namespace ui::plots
