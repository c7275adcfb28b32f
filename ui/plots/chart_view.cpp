// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_view.h"

#include "ui/plots/chart_input.h"
#include "ui/plots/crosshair.h"
#include "ui/plots/picture.h"
#include "ui/plots/plot_style.h"
#include "ui/plots/tickers.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QTimer>
#include <QVBoxLayout>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace ui::plots {

namespace {

constexpr int kReplotIntervalMs = 100; // data redraws at most ten times a second
constexpr double kClosest = 1e-5;      // share of everything that can still fill the view
constexpr double kFollowPlace = 0.9;   // of the view, where the newest point stays
constexpr int kTickDistance = 120;     // pixels between ticks of x, about
constexpr int kValueTickDistance = 56; // and of y
constexpr int kCompactTickDistance = 90;
constexpr int kCompactValueTickDistance = 30;

int tickCount(int pixels, int distance)
{
    return std::clamp(pixels / std::max(1, distance), 2, 12);
}

QCPRange rangeOf(const Interval& range)
{
    return {range.lower, range.upper};
}

} // namespace

struct ChartView::Private
{
    Private(ChartView& view, bool isCompact)
        : plot(new QCustomPlot(&view)), crosshair(*plot), input(view, *plot, crosshair),
          compact(isCompact)
    {
    }

    QCustomPlot* plot;
    Crosshair crosshair;
    ChartInput input;
    bool compact;
    PlotColors colors;
    XUnit unit = XUnit::Step;
    bool logarithmic = false;
    QString title;
    QString yTitle;

    std::optional<Interval> zoomX; // nothing = everything
    std::optional<Interval> zoomY; // nothing = what fits
    bool following = false;
    std::optional<double> crossX;
    CrosshairText crossText;

    QTimer throttle;
    bool pending = false; // data came while the throttle ran
    bool stale = true;    // graphs are not for what is visible
    int columns = 0;      // they were built for
};

ChartView::ChartView(bool compact, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>(*this, compact))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(d->plot);
    setFocusPolicy(Qt::StrongFocus);
    d->plot->setFocusPolicy(Qt::NoFocus);
    d->plot->setMouseTracking(true);
    d->plot->setPlottingHint(QCP::phCacheLabels);
    d->plot->setPlottingHint(QCP::phFastPolylines); // thick solid lines, many times faster
    d->plot->axisRect()->setupFullAxesBox(false);
    d->plot->xAxis2->setVisible(false);
    d->plot->yAxis2->setVisible(false);
    d->plot->plotLayout()->setMargins(QMargins());

    d->throttle.setSingleShot(true);
    d->throttle.setInterval(kReplotIntervalMs);
    connect(&d->throttle, &QTimer::timeout, this, [this] {
        if (d->pending) {
            dataChanged();
        }
    });
    connect(d->plot, &QCustomPlot::afterLayout, this, [this] { afterLayout(); });
    connect(&theme(), &Theme::changed, this, [this] { adoptTheme(); });
}

ChartView::~ChartView() = default;

QCustomPlot& ChartView::plot() const
{
    return *d->plot;
}

const PlotColors& ChartView::colors() const
{
    return d->colors;
}

void ChartView::adoptTheme()
{
    d->colors = themeColors();
    applyStyle(*d->plot, d->colors);
    d->crosshair.setColors(d->colors);
    restyle(d->colors);
    refresh();
}

void ChartView::setXUnit(XUnit unit)
{
    if (unit != d->unit) {
        d->unit = unit;
        d->zoomX.reset();
        d->zoomY.reset();
        d->crossX.reset();
        rescale(d->unit, d->logarithmic);
        refresh();
        Q_EMIT viewChanged();
    }
}

XUnit ChartView::xUnit() const
{
    return d->unit;
}

void ChartView::setLogarithmic(bool logarithmic)
{
    if (logarithmic != d->logarithmic) {
        d->logarithmic = logarithmic;
        d->zoomY.reset();
        d->plot->yAxis->setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
        rescale(d->unit, d->logarithmic);
        refresh();
        Q_EMIT viewChanged();
    }
}

bool ChartView::isLogarithmic() const
{
    return d->logarithmic;
}

void ChartView::setTitle(const QString& title)
{
    d->title = title;
    setAccessibleName(title);
}

QString ChartView::title() const
{
    return d->title;
}

void ChartView::setYTitle(const QString& title)
{
    d->yTitle = title;
}

void ChartView::resetView()
{
    d->zoomX.reset();
    d->zoomY.reset();
    d->following = false;
    refresh();
    Q_EMIT viewChanged();
}

bool ChartView::isZoomed() const
{
    return d->zoomX.has_value() || d->zoomY.has_value();
}

void ChartView::zoom(double factor)
{
    const Interval range = xRange();
    const bool atCrosshair = d->crossX && range.contains(*d->crossX);
    setXRange(zoomed(range, factor, atCrosshair ? *d->crossX : (range.lower + range.upper) / 2));
}

void ChartView::setFollowing(bool following)
{
    if (following != d->following) {
        d->following = following;
        refresh();
        Q_EMIT viewChanged();
    }
}

bool ChartView::isFollowing() const
{
    return d->following;
}

Interval ChartView::xRange() const
{
    return d->zoomX ? *d->zoomX : fullX();
}

Interval ChartView::yRange() const
{
    return d->zoomY ? *d->zoomY : fullY(xRange());
}

void ChartView::setXRange(const Interval& range)
{
    const Interval full = fullX();
    if (!(range.size() >= full.size() * kClosest)) {
        return;
    }
    const Interval kept = keptInside(range, full);
    d->zoomX = kept == full ? std::nullopt : std::optional(kept);
    refresh();
    Q_EMIT viewChanged();
}

void ChartView::setYRange(const Interval& range)
{
    const bool drawable = std::isfinite(range.size()) && range.size() > 0;
    if (drawable && (!d->logarithmic || range.lower > 0)) {
        d->zoomY = range;
        refresh();
        Q_EMIT viewChanged();
    }
}

void ChartView::dataChanged()
{
    d->pending = d->throttle.isActive();
    if (!d->pending) {
        d->throttle.start();
        refresh();
    }
}

void ChartView::optionsChanged()
{
    if (!d->colors.surface.isValid()) {
        adoptTheme();
    } else {
        refresh();
    }
}

QString ChartView::xTitle() const
{
    switch (d->unit) {
    case XUnit::Tokens:
        return tr("Tokens");
    case XUnit::Time:
        return tr("Time");
    case XUnit::Step:
        break;
    }
    return tr("Step");
}

QSharedPointer<QCPAxisTicker> ChartView::makeXTicker(int count) const
{
    return xTicker(d->unit, count);
}

void ChartView::refresh()
{
    const std::optional<double> newest = newestX();
    if (d->following && d->zoomX && newest) {
        const double size = d->zoomX->size();
        const double lower = *newest - kFollowPlace * size;
        d->zoomX = Interval{std::max(fullX().lower, lower), std::max(fullX().lower, lower) + size};
    }
    const QRect area = d->plot->axisRect()->rect();
    d->plot->xAxis->setTicker(makeXTicker(
        tickCount(area.width(), theme().px(d->compact ? kCompactTickDistance : kTickDistance))));
    const int values = tickCount(
        area.height(), theme().px(d->compact ? kCompactValueTickDistance : kValueTickDistance));
    d->plot->yAxis->setTicker(d->logarithmic ? logarithmicTicker(values) : valueTicker(values));
    d->plot->xAxis->setLabel(d->compact ? QString() : xTitle());
    d->plot->yAxis->setLabel(d->compact ? QString() : d->yTitle);
    d->plot->xAxis->setRange(rangeOf(xRange()));
    d->plot->yAxis->setRange(rangeOf(yRange()));
    d->stale = true;
    drawCrosshair();
    if (isVisible()) {
        d->plot->replot(QCustomPlot::rpQueuedReplot);
    }
}

// The width that the layout left for the curves is known only here.
void ChartView::afterLayout()
{
    const int columns = d->plot->axisRect()->width();
    if (d->stale || columns != d->columns) {
        d->stale = false;
        d->columns = columns;
        rebuild(xRange(), columns);
    }
}

void ChartView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void ChartView::setCrosshair(std::optional<double> x)
{
    const std::optional<double> found = x ? snap(*x, 0) : std::nullopt;
    if (found != d->crossX) {
        d->crossX = found;
        drawCrosshair();
        d->crosshair.replot();
        Q_EMIT crosshairMoved(found);
    }
}

std::optional<double> ChartView::crosshair() const
{
    return d->crossX;
}

void ChartView::moveCrosshair(int points)
{
    const std::optional<double> from = d->crossX ? d->crossX : newestX();
    if (from) {
        setCrosshair(snap(*from, d->crossX ? points : 0));
        revealCrosshair();
    }
}

QString ChartView::crosshairSpoken() const
{
    return d->crossX ? d->crossText.spoken() : QString();
}

void ChartView::drawCrosshair()
{
    if (!d->crossX) {
        d->crosshair.hide();
        return;
    }
    d->crossText = crosshairText(*d->crossX);
    d->crosshair.show(*d->crossX, d->crossText);
}

void ChartView::revealCrosshair()
{
    const Interval range = xRange();
    if (d->crossX && !range.contains(*d->crossX)) {
        const double distance = *d->crossX - (range.lower + range.upper) / 2;
        setXRange(panned(range, distance / range.size()));
    }
    // A screen reader speaks the description of what has the focus when it changes.
    setAccessibleDescription(crosshairSpoken());
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

void ChartView::keyPressEvent(QKeyEvent* event)
{
    if (!d->input.key(*event)) {
        QWidget::keyPressEvent(event);
    }
}

void ChartView::focusInEvent(QFocusEvent* event)
{
    const Qt::FocusReason reason = event->reason();
    d->crosshair.setFocusShown(reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason
                               || reason == Qt::ShortcutFocusReason);
    d->crosshair.replot();
    QWidget::focusInEvent(event);
}

void ChartView::focusOutEvent(QFocusEvent* event)
{
    d->crosshair.setFocusShown(false);
    d->crosshair.replot();
    QWidget::focusOutEvent(event);
}

QImage ChartView::image()
{
    return pictureImage(title(), legend(), size(), [this](QCPPainter& painter, QSize size) {
        paintPicture(painter, size);
    });
}

QByteArray ChartView::svg()
{
    return pictureSvg(title(), legend(), size(), [this](QCPPainter& painter, QSize size) {
        paintPicture(painter, size);
    });
}

void ChartView::paintPicture(QCPPainter& painter, const QSize& size)
{
    // Brings the graphs up to date, also of a chart that was never shown.
    d->plot->setGeometry(rect());
    d->plot->replot();
    const PlotColors light = lightColors();
    d->crosshair.hide();
    applyStyle(*d->plot, light);
    restyle(light);
    rebuild(xRange(), d->columns); // some marks depend on both
    d->plot->toPainter(&painter, size.width(), size.height());
    adoptTheme();
}

QSize ChartView::sizeHint() const
{
    return d->compact ? QSize(theme().px(260), theme().px(110))
                      : QSize(theme().px(640), theme().px(220));
}

QSize ChartView::minimumSizeHint() const
{
    return d->compact ? QSize(theme().px(140), theme().px(80))
                      : QSize(theme().px(260), theme().px(150));
}

} // namespace ui::plots
