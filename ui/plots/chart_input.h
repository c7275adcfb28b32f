// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Keys, wheel, rectangle, drag and pointer over a plot, as actions of its ChartView.
#pragma once

#include <QObject>
#include <QPointF>

class QCustomPlot;
class QKeyEvent;
class QMouseEvent;
class QWheelEvent;

namespace ui::plots {

class ChartView;
class Crosshair;

class ChartInput final : public QObject
{
public:
    ChartInput(ChartView& view, QCustomPlot& plot, Crosshair& crosshair);

    // Whether the key means something to a chart.
    bool key(const QKeyEvent& event);

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    enum class Drag { None, Rectangle, Pan };

    void press(const QMouseEvent& event);
    void move(const QMouseEvent& event);
    void release(const QMouseEvent& event);
    void wheel(const QWheelEvent& event);
    void pan(const QPointF& to);
    void zoomInto(const QPointF& corner);
    void setRubberBand(const QPointF& corner);
    bool isForThePage(const QWheelEvent& event) const;
    bool isOverCurves(const QPointF& place) const;

    ChartView& m_view;
    QCustomPlot& m_plot;
    Crosshair& m_crosshair;
    Drag m_drag = Drag::None;
    QPointF m_start;
};

} // namespace ui::plots
