// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Where axes have ticks and how these are written: few, round, equally precise, in the language of
// the studio.
#pragma once

#include "ui/plots/curve.h"

#include <QSharedPointer>

class QCPAxisTicker;

namespace ui::plots {

// About `count` ticks.
QSharedPointer<QCPAxisTicker> valueTicker(int count);
// Round multiples within a decade or two, powers of ten beyond.
QSharedPointer<QCPAxisTicker> logarithmicTicker(int count);
// Steps as counts, tokens in K and M, time in whole seconds, minutes and hours.
QSharedPointer<QCPAxisTicker> xTicker(XUnit unit, int count);

// Of an axis that holds the logarithms (base 10) of counts: decades, and their parts where few
// show.
QSharedPointer<QCPAxisTicker> magnitudeTicker(int count);

// As the ticks are written, `step` apart.
QString valueLabel(double value, double step);
QString timeLabel(double seconds, double step);

} // namespace ui::plots
