// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/run_marks.h"

#include "ui/plots/plot_style.h"

#include <QCoreApplication>

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace ui::plots {

namespace {

constexpr double kTriangle = 8;
constexpr double kSquare = 4;
constexpr double kSquareLift = 10; // above the axis, over the triangles
constexpr double kSign = 12;       // the warning triangle
constexpr double kGap = 6;
constexpr int kMostWordLines = 3; // further incidents are lines only
constexpr double kHalo = 0.82;    // opacity behind words over curves

class Texts
{
    Q_DECLARE_TR_FUNCTIONS(ui::plots::Texts)
};

void drawWarningSign(QCPPainter& painter, const QPointF& top, const QColor& color)
{
    painter.setPen(QPen(color, 1.3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolygon(QPolygonF{{top,
                                   {top.x() + kSign / 2, top.y() + kSign - 1.5},
                                   {top.x() - kSign / 2, top.y() + kSign - 1.5}}});
    painter.drawLine(QPointF(top.x(), top.y() + 4), QPointF(top.x(), top.y() + 6.8));
    painter.drawPoint(QPointF(top.x(), top.y() + 8.8));
}

} // namespace

// Below the grid.
class RunMarks::Future final : public QCPAbstractItem
{
public:
    explicit Future(QCustomPlot& plot) : QCPAbstractItem(&plot)
    {
        setSelectable(false);
        setLayer(QStringLiteral("background"));
    }

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

    PlotColors colors;
    std::optional<double> now;

protected:
    void draw(QCPPainter* painter) override
    {
        if (!now) {
            return;
        }
        QRectF area = mParentPlot->axisRect()->rect();
        area.setLeft(std::max(area.left(), mParentPlot->xAxis->coordToPixel(*now)));
        if (area.width() > 0) {
            painter->fillRect(area, colors.future);
        }
    }
};

class RunMarks::Marks final : public QCPAbstractItem
{
public:
    explicit Marks(QCustomPlot& plot) : QCPAbstractItem(&plot)
    {
        setSelectable(false);
        setClipToAxisRect(false); // triangles stand on the axis
    }

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

    bool& shown(Marker::Kind kind) { return m_shown[static_cast<size_t>(kind)]; }

    PlotColors colors;
    std::optional<double> now;
    std::vector<Marker> markers;
    XUnit unit = XUnit::Step;
    std::optional<Best> best;

protected:
    void draw(QCPPainter* painter) override
    {
        painter->setFont(tickFont());
        drawNow(*painter);
        drawIncidents(*painter);
        drawOnAxis(*painter, Marker::Kind::Sample);
        drawOnAxis(*painter, Marker::Kind::Checkpoint);
        drawBest(*painter);
    }

private:
    QRectF area() const { return mParentPlot->axisRect()->rect(); }
    double pixelX(double x) const { return mParentPlot->xAxis->coordToPixel(x); }
    bool isInView(double pixel) const
    {
        return pixel >= area().left() - 1 && pixel <= area().right() + 1;
    }

    void drawNow(QCPPainter& painter) const
    {
        if (!now || !isInView(pixelX(*now))) {
            return;
        }
        const double x = std::round(pixelX(*now));
        painter.setAntialiasing(false);
        painter.setPen(QPen(colors.series[kTrainSeries].color, 1));
        painter.drawLine(QPointF(x, area().top()), QPointF(x, area().bottom()));
        const QString text = Texts::tr("now", "on the time line of a run");
        const QFontMetricsF metrics(painter.font());
        const double width = metrics.horizontalAdvance(text);
        const bool fits = x + kGap + width <= area().right();
        painter.setPen(colors.labelText);
        painter.drawText(
            QPointF(fits ? x + kGap : x - kGap - width, area().top() + metrics.ascent()), text);
    }

    void drawOnAxis(QCPPainter& painter, Marker::Kind kind)
    {
        if (!shown(kind)) {
            return;
        }
        const bool isSample = kind == Marker::Kind::Sample;
        painter.setAntialiasing(!isSample);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.series[isSample ? kSampleSeries : kCheckpointSeries].color);
        double last = -kTriangle;
        for (const Marker& marker : markers) {
            const double x = pixelX(marker.x(unit));
            // Marks that would cover one another are drawn once.
            if (marker.kind != kind || !isInView(x) || x - last < 1) {
                continue;
            }
            last = x;
            const double bottom = area().bottom() + 1;
            if (isSample) {
                painter.drawRect(QRectF(std::round(x) - kSquare / 2,
                                        std::round(bottom - kSquareLift - kSquare / 2),
                                        kSquare,
                                        kSquare));
            } else {
                painter.drawPolygon(QPolygonF{{{x, bottom - kTriangle + 1},
                                               {x + kTriangle / 2, bottom},
                                               {x - kTriangle / 2, bottom}}});
            }
        }
    }

    void drawIncidents(QCPPainter& painter)
    {
        if (!shown(Marker::Kind::Incident)) {
            return;
        }
        const QFontMetricsF metrics(painter.font());
        const double line = metrics.height() + 2;
        std::array<double, kMostWordLines> taken;
        taken.fill(area().left() - 2 * kGap);
        for (const Marker& marker : markers) {
            const double x = std::round(pixelX(marker.x(unit)));
            if (marker.kind != Marker::Kind::Incident || !isInView(x)) {
                continue;
            }
            painter.setAntialiasing(false);
            painter.setPen(warningPen(colors));
            painter.drawLine(QPointF(x, area().top() + kSign + 2), QPointF(x, area().bottom()));
            painter.setAntialiasing(true);
            drawWarningSign(painter, {x + 0.5, area().top()}, colors.warning);
            drawWords(painter, marker.text, x, line, taken);
        }
    }

    // Left of the line where there is room, else right of it; on the first free line of words.
    void drawWords(QCPPainter& painter,
                   const QString& text,
                   double x,
                   double line,
                   std::array<double, kMostWordLines>& taken) const
    {
        const QFontMetricsF metrics(painter.font());
        const double width = metrics.horizontalAdvance(text);
        const double beside = kSign / 2 + kGap;
        for (size_t index = 0; index < taken.size(); ++index) {
            const bool left = x - beside - width > taken[index] + kGap;
            const bool right =
                x + beside > taken[index] + kGap && x + beside + width <= area().right();
            if (!left && !right) {
                continue;
            }
            const double start = left ? x - beside - width : x + beside;
            taken[index] = std::max(x + beside, start + width);
            drawHaloedText(painter,
                           {start, area().top() + static_cast<double>(index) * line},
                           text,
                           colors.labelText);
            return;
        }
    }

    void drawBest(QCPPainter& painter) const
    {
        if (!best) {
            return;
        }
        const QPointF place(pixelX(best->x), mParentPlot->yAxis->coordToPixel(best->y));
        if (!area().adjusted(-1, -1, 1, 1).contains(place)) {
            return;
        }
        const QColor color = colors.series[kValidationSeries].color;
        painter.setAntialiasing(true);
        painter.setPen(QPen(color, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(place, kBestRingSize / 2, kBestRingSize / 2);
        painter.setFont(strongTickFont());
        const QFontMetricsF metrics(painter.font());
        const double width = metrics.horizontalAdvance(best->text);
        const double left = std::clamp(place.x() + kGap - width,
                                       area().left() + kGap,
                                       std::max(area().left() + kGap, area().right() - width));
        const double above = place.y() - kBestRingSize / 2 - kGap - metrics.height();
        const double top = above > area().top() ? above : place.y() + kBestRingSize / 2 + kGap / 2;
        drawHaloedText(painter, {left, top}, best->text, colors.text);
    }

    void drawHaloedText(QCPPainter& painter,
                        const QPointF& topLeft,
                        const QString& text,
                        const QColor& color) const
    {
        const QFontMetricsF metrics(painter.font());
        QColor halo = colors.surface;
        halo.setAlphaF(static_cast<float>(kHalo));
        painter.setPen(Qt::NoPen);
        painter.setBrush(halo);
        painter.drawRect(QRectF(topLeft, QSizeF(metrics.horizontalAdvance(text), metrics.height()))
                             .adjusted(-2, 0, 2, 0));
        painter.setPen(color);
        painter.drawText(QPointF(topLeft.x(), topLeft.y() + metrics.ascent()), text);
    }

    std::array<bool, 3> m_shown = {true, true, true};
};

RunMarks::RunMarks(QCustomPlot& plot)
{
    plot.addLayer(
        QStringLiteral("marks"), plot.layer(QStringLiteral("crosshair")), QCustomPlot::limBelow);
    plot.layer(QStringLiteral("marks"))->setMode(QCPLayer::lmBuffered);
    m_future = new Future(plot);
    m_marks = new Marks(plot);
    m_marks->setLayer(QStringLiteral("marks"));
}

void RunMarks::setColors(const PlotColors& colors)
{
    m_future->colors = colors;
    m_marks->colors = colors;
}

void RunMarks::setNow(std::optional<double> x)
{
    m_future->now = x;
    m_marks->now = x;
}

void RunMarks::setMarkers(std::vector<Marker> markers, XUnit unit)
{
    m_marks->markers = std::move(markers);
    m_marks->unit = unit;
}

void RunMarks::setShown(Marker::Kind kind, bool shown)
{
    m_marks->shown(kind) = shown;
}

void RunMarks::setBest(std::optional<Best> best)
{
    m_marks->best = std::move(best);
}

} // namespace ui::plots
