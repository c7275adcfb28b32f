// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/length_chart.h"

#include "app/base/format.h"
#include "ui/plots/crosshair.h"
#include "ui/plots/plot_style.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace ui::plots {

namespace {

constexpr double kRoom = 0.08;
// Ticks between whole rows would say nothing.
constexpr double kFewRows = 4;
constexpr double kCutAlpha = 0.32;
// Of a bar's width; the rest is the gap to the next.
constexpr double kBarShare = 0.9;

} // namespace

struct LengthChart::Private
{
    double width = 1;
    std::vector<double> counts;
    double limit = 0;
    QCPBars* kept = nullptr;
    QCPBars* cut = nullptr;
    QCPItemStraightLine* line = nullptr;
    QCPItemText* words = nullptr;

    double middle(std::size_t bar) const { return (double(bar) + 0.5) * width; }
    // A bar is pale when the rows in it are longer than the limit.
    bool isCut(std::size_t bar) const { return limit > 0 && double(bar) * width >= limit; }
};

LengthChart::LengthChart(QWidget* parent) : ChartView(false, parent), d(std::make_unique<Private>())
{
    d->kept = new QCPBars(plot().xAxis, plot().yAxis);
    d->cut = new QCPBars(plot().xAxis, plot().yAxis);
    for (QCPBars* bars : {d->kept, d->cut}) {
        bars->setPen(Qt::NoPen);
        bars->setSelectable(QCP::stNone);
    }
    d->line = new QCPItemStraightLine(&plot());
    d->line->setSelectable(false);
    d->words = new QCPItemText(&plot());
    d->words->setSelectable(false);
    d->words->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    d->words->setPadding(QMargins(4, 2, 4, 2));
    setYTitle(tr("Rows"));
    optionsChanged();
}

LengthChart::~LengthChart() = default;

void LengthChart::setCounts(double width, std::vector<double> counts)
{
    d->width = std::max(1.0, width);
    d->counts = std::move(counts);
    dataChanged();
}

void LengthChart::setLimit(double limit)
{
    if (limit != d->limit) {
        d->limit = limit;
        optionsChanged();
    }
}

void LengthChart::restyle(const PlotColors& colors)
{
    QColor full = colors.series[kTrainSeries].color;
    d->kept->setBrush(full);
    full.setAlphaF(static_cast<float>(kCutAlpha));
    d->cut->setBrush(full);
    d->line->setPen(warningPen(colors));
    d->words->setFont(tickFont());
    d->words->setColor(colors.warning);
    d->words->setBrush(colors.surface);
}

void LengthChart::rescale(XUnit, bool)
{
    // The axes count tokens and rows, whatever else charts may count.
}

Interval LengthChart::fullX() const
{
    const double end = double(d->counts.size()) * d->width;
    // A limit far beyond every row would leave the bars no room.
    const double shown = d->limit > 0 && d->limit <= 2 * end ? std::max(end, d->limit) : end;
    return {0, shown > 0 ? shown * (1 + kRoom / 2) : 1};
}

Interval LengthChart::fullY(const Interval& x) const
{
    double highest = 0;
    for (std::size_t bar = 0; bar < d->counts.size(); ++bar) {
        if (x.contains(d->middle(bar))) {
            highest = std::max(highest, d->counts[bar]);
        }
    }
    return {0, std::max(kFewRows, highest) * (1 + 2 * kRoom)};
}

void LengthChart::rebuild(const Interval& x, int)
{
    QVector<double> keptAt;
    QVector<double> kept;
    QVector<double> cutAt;
    QVector<double> cut;
    for (std::size_t bar = 0; bar < d->counts.size(); ++bar) {
        (d->isCut(bar) ? cutAt : keptAt).append(d->middle(bar));
        (d->isCut(bar) ? cut : kept).append(d->counts[bar]);
    }
    d->kept->setWidth(d->width * kBarShare);
    d->cut->setWidth(d->width * kBarShare);
    d->kept->setData(keptAt, kept, true);
    d->cut->setData(cutAt, cut, true);
    const bool hasLimit = d->limit > 0 && x.contains(d->limit);
    d->line->setVisible(hasLimit);
    d->words->setVisible(hasLimit);
    if (hasLimit) {
        d->line->point1->setCoords(d->limit, 0);
        d->line->point2->setCoords(d->limit, 1);
        const bool isRight = d->limit > (x.lower + x.upper) / 2;
        d->words->setPositionAlignment(Qt::AlignTop | (isRight ? Qt::AlignRight : Qt::AlignLeft));
        d->words->setText(tr("cut at %1").arg(app::formatCount(std::llround(d->limit))));
        d->words->position->setCoords(d->limit, 0.01);
    }
}

std::optional<double> LengthChart::newestX() const
{
    return d->counts.empty() ? std::nullopt : std::optional(d->middle(d->counts.size() - 1));
}

std::optional<double> LengthChart::snap(double x, int offset) const
{
    if (d->counts.empty()) {
        return std::nullopt;
    }
    const auto last = static_cast<ptrdiff_t>(d->counts.size()) - 1;
    const auto bar = static_cast<ptrdiff_t>(std::floor(x / d->width)) + offset;
    return d->middle(static_cast<std::size_t>(std::clamp<ptrdiff_t>(bar, 0, last)));
}

CrosshairText LengthChart::crosshairText(double x) const
{
    const auto bar = static_cast<std::size_t>(std::max(0.0, std::floor(x / d->width)));
    if (bar >= d->counts.size()) {
        return {};
    }
    const int64_t from = std::llround(double(bar) * d->width);
    const int64_t to = std::llround(double(bar + 1) * d->width) - 1;
    const QString lengths =
        from == to ? app::formatCount(from)
                   : QString(app::formatCount(from) + u'\u2013' + app::formatCount(to));
    return {tr("%1 tokens").arg(lengths),
            {{tr("Rows"), app::formatCount(std::llround(d->counts[bar])), kTrainSeries}}};
}

QString LengthChart::xTitle() const
{
    return tr("Tokens of a row");
}

ChartTable LengthChart::table() const
{
    ChartTable table;
    table.columns = {QStringLiteral("from_tokens"), QStringLiteral("rows")};
    for (std::size_t bar = 0; bar < d->counts.size(); ++bar) {
        table.rows.push_back({double(bar) * d->width, d->counts[bar]});
    }
    return table;
}

} // namespace ui::plots
