// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/size_chart.h"

#include "app/base/format.h"
#include "ui/plots/crosshair.h"
#include "ui/plots/end_labels.h"
#include "ui/plots/plot_style.h"
#include "ui/plots/tickers.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ui::plots {

namespace {

constexpr double kRoom = 0.12;
constexpr double kEdge = 0.15; // decades beside the outermost runs
constexpr int kRightMargin = 12;

} // namespace

struct SizeChart::Private
{
    std::vector<SizedValue> values; // by rising size; those that can be drawn
    std::function<QString(double)> format = app::formatLoss;
    std::unique_ptr<EndLabels> labels;

    static double x(const SizedValue& value) { return std::log10(value.parameters); }
};

SizeChart::SizeChart(QWidget* parent) : ChartView(false, parent), d(std::make_unique<Private>())
{
    d->labels = std::make_unique<EndLabels>(plot());
    plot().axisRect()->setAutoMargins(QCP::msLeft | QCP::msTop | QCP::msBottom);
    optionsChanged();
}

SizeChart::~SizeChart() = default;

void SizeChart::setValues(std::vector<SizedValue> values)
{
    std::erase_if(values, [](const SizedValue& value) {
        return !(value.parameters >= 1) || !std::isfinite(value.value);
    });
    std::ranges::stable_sort(values, {}, &SizedValue::parameters);
    d->values = std::move(values);
    dataChanged();
}

void SizeChart::setQuantity(const QString& axisTitle, std::function<QString(double)> format)
{
    setYTitle(axisTitle);
    d->format = std::move(format);
    optionsChanged();
}

void SizeChart::restyle(const PlotColors& colors)
{
    d->labels->setColors(colors);
}

void SizeChart::rescale(XUnit, bool)
{
    // Positions do not depend on the unit; the axis itself is made logarithmic by its owner.
}

Interval SizeChart::fullX() const
{
    if (d->values.empty()) {
        return {3, 7};
    }
    const Interval sizes{Private::x(d->values.front()), Private::x(d->values.back())};
    return {sizes.lower - kEdge, sizes.upper + kEdge};
}

Interval SizeChart::fullY(const Interval&) const
{
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -lowest;
    for (const SizedValue& value : d->values) {
        if (!isLogarithmic() || value.value > 0) {
            lowest = std::min(lowest, value.value);
            highest = std::max(highest, value.value);
        }
    }
    if (lowest > highest) {
        return isLogarithmic() ? Interval{0.1, 10} : Interval{0, 1};
    }
    return padded({lowest, highest}, kRoom, isLogarithmic());
}

void SizeChart::rebuild(const Interval&, int)
{
    // Discs and names are one item, set where the margin for the names is measured.
}

std::optional<double> SizeChart::newestX() const
{
    std::vector<EndLabel> names;
    std::vector<RingMark> discs;
    for (const SizedValue& value : d->values) {
        const double x = Private::x(value);
        names.push_back({value.name % u' ' % d->format(value.value), value.series, x, value.value});
        discs.push_back({value.series, x, value.value, true});
    }
    d->labels->set(std::move(names), std::move(discs));
    QMargins margins = plot().axisRect()->margins();
    margins.setRight(std::max(kRightMargin, d->labels->columnWidth()));
    plot().axisRect()->setMargins(margins);
    return d->values.empty() ? std::nullopt : std::optional(Private::x(d->values.back()));
}

std::optional<double> SizeChart::snap(double x, int offset) const
{
    if (d->values.empty()) {
        return std::nullopt;
    }
    const auto nearest = std::ranges::min_element(
        d->values, {}, [x](const SizedValue& value) { return std::abs(Private::x(value) - x); });
    const auto last = static_cast<ptrdiff_t>(d->values.size()) - 1;
    const auto place = std::clamp<ptrdiff_t>(nearest - d->values.begin() + offset, 0, last);
    return Private::x(d->values[static_cast<size_t>(place)]);
}

CrosshairText SizeChart::crosshairText(double x) const
{
    const std::optional<double> at = snap(x, 0);
    if (!at) {
        return {};
    }
    CrosshairText text;
    for (const SizedValue& value : d->values) {
        if (Private::x(value) == *at) {
            text.heading =
                tr("%1 trained parameters").arg(app::formatCount(std::llround(value.parameters)));
            text.rows.push_back({value.name, d->format(value.value), value.series});
        }
    }
    return text;
}

QString SizeChart::xTitle() const
{
    return tr("Trained parameters");
}

QSharedPointer<QCPAxisTicker> SizeChart::makeXTicker(int count) const
{
    return magnitudeTicker(count);
}

ChartTable SizeChart::table() const
{
    ChartTable table;
    table.columns = {QStringLiteral("parameters")};
    for (const SizedValue& value : d->values) {
        table.columns.append(value.name);
    }
    for (size_t i = 0; i < d->values.size(); ++i) {
        std::vector<double> row(1 + d->values.size(), std::numeric_limits<double>::quiet_NaN());
        row[0] = d->values[i].parameters;
        row[1 + i] = d->values[i].value;
        table.rows.push_back(std::move(row));
    }
    return table;
}

} // namespace ui::plots
