// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/end_labels.h"

#include "ui/plots/plot_style.h"

#include <QFontMetricsF>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ui::plots {

namespace {

constexpr double kSwatch = 10;
constexpr double kGap = 6;
constexpr double kBeside = 10; // from a point to its label
constexpr double kRing = 4.5;
constexpr double kHalo = 0.82; // opacity behind words over curves

} // namespace

class EndLabels::Item final : public QCPAbstractItem
{
public:
    explicit Item(QCustomPlot& plot) : QCPAbstractItem(&plot)
    {
        setSelectable(false);
        setClipToAxisRect(false);
    }

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

    PlotColors colors;
    std::vector<EndLabel> labels;
    std::vector<RingMark> rings;

protected:
    void draw(QCPPainter* painter) override
    {
        painter->setAntialiasing(true);
        for (const RingMark& ring : rings) {
            const QPointF place = pixel(ring.x, ring.y);
            if (area().adjusted(-1, -1, 1, 1).contains(place)) {
                const QColor color =
                    colors.series[static_cast<size_t>(ring.series) % kSeriesCount].color;
                painter->setPen(QPen(color, 2));
                painter->setBrush(ring.filled ? color : colors.surface);
                painter->drawEllipse(place, kRing, kRing);
            }
        }
        painter->setFont(tickFont());
        drawColumn(*painter);
        for (const EndLabel& label : labels) {
            if (label.beside) {
                drawBeside(*painter, label);
            }
        }
    }

private:
    QRectF area() const { return mParentPlot->axisRect()->rect(); }
    QPointF pixel(double x, double y) const
    {
        return {mParentPlot->xAxis->coordToPixel(x), mParentPlot->yAxis->coordToPixel(y)};
    }

    void drawColumn(QCPPainter& painter) const
    {
        std::vector<const EndLabel*> column;
        for (const EndLabel& label : labels) {
            if (!label.beside) {
                column.push_back(&label);
            }
        }
        std::ranges::sort(column, [this](const EndLabel* left, const EndLabel* right) {
            return pixel(0, left->y).y() < pixel(0, right->y).y();
        });
        std::vector<double> wanted;
        for (const EndLabel* label : column) {
            wanted.push_back(std::clamp(pixel(0, label->y).y(), area().top(), area().bottom()));
        }
        const double height = QFontMetricsF(painter.font()).height() + 4;
        const std::vector<double> places =
            spreadApart(wanted, height, area().top() + height / 2, area().bottom() - height / 2);
        for (size_t index = 0; index < column.size(); ++index) {
            drawLabel(painter, {area().right() + kGap + 2, places[index]}, *column[index]);
        }
    }

    void drawBeside(QCPPainter& painter, const EndLabel& label) const
    {
        const QPointF place = pixel(label.x, label.y);
        if (!area().contains(place)) {
            return;
        }
        const QFontMetricsF metrics(painter.font());
        const double width = kSwatch + kGap + metrics.horizontalAdvance(label.text);
        const double left = place.x() + kBeside + width <= area().right()
                                ? place.x() + kBeside
                                : place.x() - kBeside - width;
        // Below the line, which mostly falls.
        const double y =
            std::min(place.y() + metrics.height() * 1.4, area().bottom() - metrics.height() / 2);
        drawLabel(painter, {left, y}, label);
    }

    void drawLabel(QCPPainter& painter, const QPointF& leftMiddle, const EndLabel& label) const
    {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.series[static_cast<size_t>(label.series) % kSeriesCount].color);
        painter.drawRoundedRect(
            QRectF(leftMiddle.x(), leftMiddle.y() - kSwatch / 2, kSwatch, kSwatch), 2, 2);
        const QFontMetricsF metrics(painter.font());
        painter.setPen(colors.text);
        painter.drawText(QPointF(leftMiddle.x() + kSwatch + kGap,
                                 leftMiddle.y() + (metrics.ascent() - metrics.descent()) / 2),
                         label.text);
    }
};

EndLabels::EndLabels(QCustomPlot& plot) : m_item(new Item(plot))
{
    plot.addLayer(
        QStringLiteral("marks"), plot.layer(QStringLiteral("crosshair")), QCustomPlot::limBelow);
    plot.layer(QStringLiteral("marks"))->setMode(QCPLayer::lmBuffered);
    m_item->setLayer(QStringLiteral("marks"));
}

void EndLabels::setColors(const PlotColors& colors)
{
    m_item->colors = colors;
}

void EndLabels::set(std::vector<EndLabel> labels, std::vector<RingMark> rings)
{
    m_item->labels = std::move(labels);
    m_item->rings = std::move(rings);
}

int EndLabels::columnWidth() const
{
    const QFontMetricsF metrics(tickFont());
    double widest = 0;
    for (const EndLabel& label : m_item->labels) {
        if (!label.beside) {
            widest = std::max(widest, metrics.horizontalAdvance(label.text));
        }
    }
    return widest > 0 ? static_cast<int>(std::ceil(widest + kSwatch + 3 * kGap)) : 0;
}

std::vector<double>
spreadApart(std::vector<double> wanted, double distance, double lower, double upper)
{
    // Neighbours that meet become a group around the mean of what they want (pool adjacent
    // violators), so that labels stay as near to their lines as they can.
    struct Group
    {
        double sum = 0; // of the first member's wanted position, by each member
        int count = 0;
        double first() const { return sum / count; }
    };
    std::vector<Group> groups;
    for (const double position : wanted) {
        groups.push_back({position, 1});
        while (groups.size() > 1) {
            Group& before = groups[groups.size() - 2];
            const Group& last = groups.back();
            if (before.first() + before.count * distance <= last.first()) {
                break;
            }
            before.sum += last.sum - last.count * before.count * distance;
            before.count += last.count;
            groups.pop_back();
        }
    }
    std::vector<double> places;
    for (const Group& group : groups) {
        for (int member = 0; member < group.count; ++member) {
            places.push_back(group.first() + member * distance);
        }
    }
    double limit = upper;
    for (auto place = places.rbegin(); place != places.rend(); ++place) {
        *place = std::min(*place, limit);
        limit = *place - distance;
    }
    limit = lower;
    for (double& place : places) {
        place = std::max(place, limit);
        limit = place + distance;
    }
    return places;
}

} // namespace ui::plots
