// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/sparkline.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace ui::widgets {
namespace {

constexpr double kLine = 1.5;

} // namespace

QColor sparklineColor(StatusKind kind)
{
    switch (kind) {
    case StatusKind::Active:
        return theme().series(0).color;
    case StatusKind::Warning:
    case StatusKind::Error:
        return theme().color(colorOf(kind));
    case StatusKind::Idle:
    case StatusKind::Ok:
        return theme().color(Color::TextTertiary);
    }
    return theme().color(Color::TextTertiary);
}

void paintSparkline(QPainter& painter,
                    const QRectF& rect,
                    std::span<const double> points,
                    const QColor& color)
{
    double least = INFINITY;
    double most = -INFINITY;
    int finite = 0;
    for (const double point : points) {
        if (std::isfinite(point)) {
            least = std::min(least, point);
            most = std::max(most, point);
            ++finite;
        }
    }
    if (finite < 2) {
        return;
    }
    const QRectF inner = rect.adjusted(kLine / 2, kLine / 2, -kLine / 2, -kLine / 2);
    // Halves first: the range of two doubles may itself be no double.
    const double range = most / 2 - least / 2;
    const double step = inner.width() / double(points.size() - 1);
    QPainterPath path;
    bool isDown = false;
    for (size_t i = 0; i < points.size(); ++i) {
        if (!std::isfinite(points[i])) {
            isDown = false;
            continue;
        }
        const double share = range > 0 ? (points[i] / 2 - least / 2) / range : 0.5;
        const QPointF point(inner.left() + step * double(i),
                            inner.bottom() - share * inner.height());
        isDown ? path.lineTo(point) : path.moveTo(point);
        isDown = true;
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, kLine, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(path);
    painter.restore();
}

Sparkline::Sparkline(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void Sparkline::setPoints(QList<double> points)
{
    m_points = std::move(points);
    update();
}

void Sparkline::setStatus(StatusKind kind)
{
    m_kind = kind;
    update();
}

QSize Sparkline::sizeHint() const
{
    return {theme().px(80), theme().px(20)};
}

void Sparkline::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintSparkline(painter, rect(), m_points, sparklineColor(m_kind));
}

} // namespace ui::widgets
