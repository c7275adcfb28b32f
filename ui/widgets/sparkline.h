// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A curve without axes, to see a run's course at a glance.
#pragma once

#include "ui/theme/tone.h"

#include <QList>
#include <QWidget>

#include <span>

namespace ui::widgets {

class Sparkline : public QWidget
{
    Q_OBJECT

public:
    explicit Sparkline(QWidget* parent = nullptr);

    void setPoints(QList<double> points);
    const QList<double>& points() const { return m_points; }
    // Idle is grey, Active the first series' colour, others their status colour.
    void setStatus(StatusKind kind);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QList<double> m_points;
    StatusKind m_kind = StatusKind::Active;
};

// Draws the points into `rect`, evenly spaced, scaled to their own range. Values that are not
// finite leave a gap; fewer than two finite points draw nothing.
void paintSparkline(QPainter& painter,
                    const QRectF& rect,
                    std::span<const double> points,
                    const QColor& color);
QColor sparklineColor(StatusKind kind);

} // namespace ui::widgets
