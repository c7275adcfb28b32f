// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/plot_style.h"

#include "ui/theme/theme.h"

#include <qcustomplot.h>

namespace ui::plots {

namespace {

constexpr int kTickLength = 4;
const QList<double> kWarningDash = {4, 3};

QColor of(const SchemeTokens& tokens, Color color)
{
    return tokens.colors[static_cast<size_t>(color)];
}

QColor of(const SchemeTokens& tokens, ChartColor color)
{
    return tokens.chartColors[static_cast<size_t>(color)];
}

PlotColors colorsOf(bool dark)
{
    const SchemeTokens& scheme = theme().tokens(dark);
    const QList<Series>& onTooltip = theme().tokens(true).series; // it is dark in both schemes
    PlotColors colors;
    colors.dark = dark;
    colors.surface = of(scheme, Color::Surface);
    colors.grid = of(scheme, ChartColor::Grid);
    colors.axis = of(scheme, ChartColor::Axis);
    colors.tickText = of(scheme, ChartColor::TickText);
    colors.labelText = of(scheme, ChartColor::LabelText);
    colors.text = of(scheme, Color::Text);
    colors.future = of(scheme, ChartColor::Future);
    colors.crosshair = of(scheme, ChartColor::Crosshair);
    colors.warning = of(scheme, Color::Warning);
    colors.focus = of(scheme, Color::Accent);
    colors.tooltip = of(scheme, Color::Tooltip);
    colors.tooltipText = of(scheme, Color::TooltipText);
    for (int index = 0; index < kSeriesCount; ++index) {
        const auto place = static_cast<size_t>(index);
        const Series& series = scheme.series[index % scheme.series.size()];
        colors.series[place] = {series.color, series.dash};
        colors.tooltipSeries[place] = onTooltip[index % onTooltip.size()].color;
    }
    return colors;
}

const PlotColors::Series& seriesOf(const PlotColors& colors, int series)
{
    return colors.series[static_cast<size_t>(series) % kSeriesCount];
}

QPen dashedPen(const QColor& color, double width, const QList<double>& dash)
{
    QPen pen(color, width);
    pen.setCapStyle(Qt::FlatCap);
    pen.setJoinStyle(Qt::RoundJoin);
    if (!dash.isEmpty()) {
        // Qt counts dashes in line widths, the tokens in pixels.
        QList<double> pattern;
        for (const double length : dash) {
            pattern.append(length / width);
        }
        pen.setDashPattern(pattern);
    }
    return pen;
}

} // namespace

PlotColors themeColors()
{
    return colorsOf(theme().isDark());
}

PlotColors lightColors()
{
    return colorsOf(false);
}

QPen seriesPen(const PlotColors& colors, int series, double width, bool dashed)
{
    const PlotColors::Series& look = seriesOf(colors, series);
    return dashedPen(look.color, width, dashed ? look.dash : QList<double>());
}

QPen rawPen(const PlotColors& colors)
{
    QColor color = seriesOf(colors, kTrainSeries).color;
    color.setAlphaF(static_cast<float>(kRawAlpha));
    return QPen(color, kRawWidth);
}

QPen warningPen(const PlotColors& colors)
{
    return dashedPen(colors.warning, 1, kWarningDash);
}

QFont tickFont()
{
    return theme().font(Type::Caption);
}

QFont strongTickFont()
{
    QFont font = tickFont();
    font.setWeight(QFont::DemiBold);
    return font;
}

void applyStyle(QCustomPlot& plot, const PlotColors& colors)
{
    plot.setBackground(QBrush(colors.surface));
    // Not aeAll: what is in both sets stays jagged.
    plot.setNotAntialiasedElements(QCP::aeAxes | QCP::aeGrid | QCP::aeSubGrid | QCP::aeZeroLine);
    plot.setAntialiasedElements(QCP::aePlottables | QCP::aeScatters | QCP::aeItems);
    plot.setNoAntialiasingOnDrag(true);
    for (QCPAxis* axis : {plot.xAxis, plot.yAxis}) {
        axis->setTickLabelFont(tickFont());
        axis->setTickLabelColor(colors.tickText);
        axis->setLabelFont(tickFont());
        axis->setLabelColor(colors.labelText);
        axis->setSubTicks(false);
        axis->grid()->setPen(QPen(colors.grid, 1));
        axis->grid()->setZeroLinePen(Qt::NoPen);
        axis->grid()->setSubGridVisible(false);
    }
    plot.xAxis->setBasePen(QPen(colors.axis, 1));
    plot.xAxis->setTickPen(QPen(colors.axis, 1));
    plot.xAxis->setTickLength(0, kTickLength);
    plot.yAxis->setBasePen(Qt::NoPen);
    plot.yAxis->setTickPen(Qt::NoPen);
    plot.yAxis->setTickLength(0, 0);
}

} // namespace ui::plots
