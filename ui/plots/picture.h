// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// An exported chart as a page: the title, the legend, and the plot below them, in light colours.
#pragma once

#include "ui/plots/legend_entry.h"

#include <QByteArray>
#include <QImage>
#include <QSize>

#include <functional>
#include <vector>

class QCPPainter;

namespace ui::plots {

// Draws the plot at the painter's origin.
using PaintPlot = std::function<void(QCPPainter& painter, QSize size)>;

// At twice the size.
QImage pictureImage(const QString& title,
                    const std::vector<LegendEntry>& legend,
                    QSize plotSize,
                    const PaintPlot& paintPlot);
QByteArray pictureSvg(const QString& title,
                      const std::vector<LegendEntry>& legend,
                      QSize plotSize,
                      const PaintPlot& paintPlot);

} // namespace ui::plots
