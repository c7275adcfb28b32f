// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/small_charts.h"

#include "app/base/format.h"
#include "ui/plots/metric_chart.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>

#include <algorithm>
#include <cmath>

namespace ui::pages::runs {

namespace {

constexpr double kGibibyte = 1024.0 * 1024 * 1024;
constexpr double kMebibyte = 1024.0 * 1024;

QString quantityName(Quantity quantity)
{
    switch (quantity) {
    case Quantity::LearningRate:
        return SmallCharts::tr("Learning rate");
    case Quantity::GradNorm:
        return SmallCharts::tr("Gradient norm");
    case Quantity::TokensPerSecond:
        return SmallCharts::tr("Tokens/s");
    case Quantity::Memory:
        return SmallCharts::tr("Memory");
    case Quantity::Loss:
        break;
    }
    return SmallCharts::tr("Loss");
}

QString valueText(Quantity quantity, double value)
{
    switch (quantity) {
    case Quantity::LearningRate:
        return app::formatLearningRate(value);
    case Quantity::TokensPerSecond:
        return app::formatRate(value);
    case Quantity::Memory:
        return app::formatMemory(std::llround(value));
    default:
        return app::formatNumber(value, 3);
    }
}

} // namespace

SmallCharts::SmallCharts(QWidget* parent)
    : QWidget(parent), m_parts{Part{Quantity::LearningRate},
                               Part{Quantity::GradNorm},
                               Part{Quantity::TokensPerSecond},
                               Part{Quantity::Memory}}
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(theme().px(16), theme().px(8), theme().px(8), theme().px(4));
    row->setSpacing(theme().px(12));
    for (Part& part : m_parts) {
        const QString name = quantityName(part.quantity);
        part.title = new widgets::PlainLabel(name, Type::Small, Tone::Secondary);
        part.chart = new plots::MetricChart(
            [quantity = part.quantity](double value) { return valueText(quantity, value); });
        part.chart->setTitle(name);
        part.chart->setFromZero(part.quantity != Quantity::TokensPerSecond);
        auto* column = new QVBoxLayout;
        column->setSpacing(theme().px(4));
        column->addWidget(part.title);
        column->addWidget(part.chart, 1);
        row->addLayout(column, 1);
    }
}

void SmallCharts::show(const app::runs::RunSeries& series, std::size_t first)
{
    for (Part& part : m_parts) {
        const plots::Curve further = curveOf(series, part.quantity, first);
        part.largest = first == 0 ? 0 : part.largest;
        for (const plots::CurvePoint& point : further) {
            part.largest = std::max(part.largest, std::isfinite(point.value) ? point.value : 0);
        }
        scale(part);
        if (first == 0) {
            part.chart->setCurve(further);
        } else {
            part.chart->appendCurve(further);
        }
    }
}

// Titles carry the power of ten, so that the axis has short numbers.
void SmallCharts::scale(const Part& part)
{
    const double largest = part.largest;
    const QString name = quantityName(part.quantity);
    if (!(largest > 0)) {
        return;
    }
    switch (part.quantity) {
    case Quantity::LearningRate: {
        const double exponent = std::floor(std::log10(largest) + 1e-9);
        part.chart->setScale(std::pow(10, exponent));
        part.title->setText(
            tr("%1 ×%2").arg(name, app::formatLearningRate(std::pow(10, exponent))));
        return;
    }
    case Quantity::TokensPerSecond:
        if (largest >= 2000) {
            part.chart->setScale(1000);
            part.title->setText(tr("%1 ×%2").arg(name, app::formatCount(1000)));
        }
        return;
    case Quantity::Memory: {
        const bool large = largest >= kGibibyte / 2;
        part.chart->setScale(large ? kGibibyte : kMebibyte);
        part.title->setText(large ? tr("%1, GiB").arg(name) : tr("%1, MiB").arg(name));
        return;
    }
    default:
        return;
    }
}

void SmallCharts::setTotalSteps(double steps)
{
    for (const Part& part : m_parts) {
        part.chart->setTotalSteps(steps);
    }
}

void SmallCharts::setGradientLimit(std::optional<double> limit)
{
    for (const Part& part : m_parts) {
        if (part.quantity == Quantity::GradNorm) {
            part.chart->setLimit(limit);
        }
    }
}

void SmallCharts::setXUnit(plots::XUnit unit)
{
    for (const Part& part : m_parts) {
        part.chart->setXUnit(unit);
    }
}

} // namespace ui::pages::runs
