// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/crosshair.h"

#include "ui/plots/plot_style.h"
#include "ui/theme/theme.h"

#include <QStringList>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace ui::plots {

namespace {

constexpr double kCardRadius = 6;
constexpr double kCardPadding = 10;
constexpr double kCardDistance = 10; // from the line
constexpr double kCardTop = 32;      // below the words at the top of the chart
constexpr double kColumnGap = 20;
constexpr double kSwatch = 7;
constexpr double kFocusWidth = 2;

} // namespace

QString CrosshairText::spoken() const
{
    QStringList parts(heading);
    for (const Row& row : rows) {
        parts.append(row.value.isEmpty() ? row.label : QString(row.label % u' ' % row.value));
    }
    return parts.join(QStringLiteral(", "));
}

class Crosshair::Item final : public QCPAbstractItem
{
public:
    explicit Item(QCustomPlot& plot) : QCPAbstractItem(&plot)
    {
        setSelectable(false);
        setClipToAxisRect(false);
    }

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

    PlotColors colors;
    std::optional<double> x;
    CrosshairText text;
    std::optional<QRectF> band;
    bool isFocusShown = false;

protected:
    void draw(QCPPainter* painter) override
    {
        const QRectF area = mParentPlot->axisRect()->rect();
        if (band) {
            drawBand(*painter);
        }
        if (x) {
            const double pixel = std::round(mParentPlot->xAxis->coordToPixel(*x));
            if (pixel >= area.left() && pixel <= area.right() + 1) {
                painter->setAntialiasing(false);
                painter->setPen(QPen(colors.crosshair, 1));
                painter->drawLine(QPointF(pixel, area.top()), QPointF(pixel, area.bottom()));
                drawCard(*painter, area, pixel);
            }
        }
        if (isFocusShown) {
            painter->setAntialiasing(true);
            painter->setBrush(Qt::NoBrush);
            painter->setPen(QPen(colors.focus, kFocusWidth));
            painter->drawRoundedRect(QRectF(mParentPlot->viewport()).adjusted(1, 1, -1, -1), 4, 4);
        }
    }

private:
    void drawBand(QCPPainter& painter) const
    {
        QColor fill = colors.focus;
        fill.setAlphaF(0.12F);
        painter.setAntialiasing(false);
        painter.setPen(QPen(colors.focus, 1));
        painter.setBrush(fill);
        painter.drawRect(*band);
    }

    void drawCard(QCPPainter& painter, const QRectF& area, double pixel) const
    {
        const QFont normal = tickFont();
        const QFont strong = strongTickFont();
        const QFontMetricsF metrics(normal);
        double labels = 0;
        double values = 0;
        bool hasSwatch = false;
        for (const CrosshairText::Row& row : text.rows) {
            labels = std::max(labels, metrics.horizontalAdvance(row.label));
            values = std::max(values, metrics.horizontalAdvance(row.value));
            hasSwatch = hasSwatch || row.series >= 0;
        }
        const double indent = hasSwatch ? 2 * kSwatch + 1 : 0;
        const double inner = std::max(indent + labels + (values > 0 ? kColumnGap + values : 0),
                                      QFontMetricsF(strong).horizontalAdvance(text.heading));
        const double line = std::ceil(metrics.height()) + 3;
        const QSizeF size(inner + 2 * kCardPadding,
                          line * (1 + static_cast<double>(text.rows.size())) + 1.4 * kCardPadding);
        double left = pixel + kCardDistance;
        if (left + size.width() > mParentPlot->viewport().right()) {
            left = std::max(area.left(), pixel - kCardDistance - size.width());
        }
        const double room = std::max(0.0, area.height() - size.height());
        const QRectF card(QPointF(left, area.top() + std::min(kCardTop, room)), size);

        painter.setAntialiasing(true);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.tooltip);
        painter.drawRoundedRect(card, kCardRadius, kCardRadius);

        QRectF row(card.left() + kCardPadding, card.top() + 0.7 * kCardPadding, inner, line);
        painter.setPen(colors.tooltipText);
        painter.setFont(strong);
        painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, text.heading);
        painter.setFont(normal);
        for (const CrosshairText::Row& entry : text.rows) {
            row.translate(0, line);
            if (entry.series >= 0) {
                const size_t series = static_cast<size_t>(entry.series) % kSeriesCount;
                painter.setPen(Qt::NoPen);
                painter.setBrush(colors.tooltipSeries[series]);
                painter.drawRoundedRect(
                    QRectF(row.left(), row.center().y() - kSwatch / 2, kSwatch, kSwatch), 1.5, 1.5);
            }
            painter.setPen(colors.tooltipText);
            painter.drawText(
                row.adjusted(indent, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, entry.label);
            painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, entry.value);
        }
    }
};

Crosshair::Crosshair(QCustomPlot& plot) : m_plot(plot)
{
    plot.addLayer(QStringLiteral("crosshair"), plot.layer(QStringLiteral("overlay")));
    QCPLayer* layer = plot.layer(QStringLiteral("crosshair"));
    layer->setMode(QCPLayer::lmBuffered);
    m_item = new Item(plot);
    m_item->setLayer(layer);
}

Crosshair::~Crosshair() = default;

void Crosshair::setColors(const PlotColors& colors)
{
    m_item->colors = colors;
}

void Crosshair::show(double x, const CrosshairText& text)
{
    m_item->x = x;
    m_item->text = text;
}

void Crosshair::hide()
{
    m_item->x.reset();
}

void Crosshair::setRubberBand(const std::optional<QRectF>& band)
{
    m_item->band = band;
}

void Crosshair::setFocusShown(bool shown)
{
    m_item->isFocusShown = shown;
}

void Crosshair::replot()
{
    m_item->layer()->replot();
}

} // namespace ui::plots
