// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_input.h"

#include "ui/plots/chart_view.h"
#include "ui/plots/crosshair.h"

#include <QAbstractScrollArea>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace ui::plots {

namespace {

constexpr double kWheelZoom = 1.0015; // for each eighth of a degree
constexpr double kKeyZoom = 1.5;
constexpr double kKeyPan = 0.5;          // of the view
constexpr int kLargeMove = 10;           // points
constexpr double kSmallestBand = 6;      // pixels; less is a click
constexpr double kSmallestBandTall = 24; // less leaves the vertical axis alone

} // namespace

ChartInput::ChartInput(ChartView& view, QCustomPlot& plot, Crosshair& crosshair)
    : m_view(view), m_plot(plot), m_crosshair(crosshair)
{
    plot.installEventFilter(this);
}

bool ChartInput::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::MouseButtonPress:
        press(*static_cast<QMouseEvent*>(event));
        return true;
    case QEvent::MouseMove:
        move(*static_cast<QMouseEvent*>(event));
        return true;
    case QEvent::MouseButtonRelease:
        release(*static_cast<QMouseEvent*>(event));
        return true;
    case QEvent::MouseButtonDblClick:
        m_drag = Drag::None;
        m_view.resetView();
        return true;
    case QEvent::Wheel:
        if (!isForThePage(*static_cast<QWheelEvent*>(event))) {
            wheel(*static_cast<QWheelEvent*>(event));
            event->accept();
            return true;
        }
        event->ignore();
        return true;
    case QEvent::Leave:
        m_view.setCrosshair(std::nullopt);
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

bool ChartInput::key(const QKeyEvent& event)
{
    const int points = event.modifiers().testFlag(Qt::ShiftModifier) ? kLargeMove : 1;
    switch (event.key()) {
    case Qt::Key_Left:
        m_view.moveCrosshair(-points);
        return true;
    case Qt::Key_Right:
        m_view.moveCrosshair(points);
        return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        m_view.zoom(kKeyZoom);
        return true;
    case Qt::Key_Minus:
        m_view.zoom(1 / kKeyZoom);
        return true;
    case Qt::Key_PageUp:
        m_view.setXRange(panned(m_view.xRange(), -kKeyPan));
        return true;
    case Qt::Key_PageDown:
        m_view.setXRange(panned(m_view.xRange(), kKeyPan));
        return true;
    case Qt::Key_Home:
        m_view.resetView();
        return true;
    case Qt::Key_F:
        m_view.setFollowing(!m_view.isFollowing());
        return true;
    case Qt::Key_Escape:
        if (m_view.crosshair()) {
            m_view.setCrosshair(std::nullopt);
            return true;
        }
        return false;
    default:
        return false;
    }
}

bool ChartInput::isOverCurves(const QPointF& place) const
{
    return QRectF(m_plot.axisRect()->rect()).contains(place);
}

void ChartInput::press(const QMouseEvent& event)
{
    m_view.setFocus(Qt::MouseFocusReason);
    if (!isOverCurves(event.position())) {
        return;
    }
    m_start = event.position();
    const bool shift = event.modifiers().testFlag(Qt::ShiftModifier);
    if (event.button() == Qt::MiddleButton || (event.button() == Qt::LeftButton && shift)) {
        m_drag = Drag::Pan;
        m_plot.setCursor(Qt::ClosedHandCursor);
        m_plot.setAntialiasedElements(QCP::aeNone);
    } else if (event.button() == Qt::LeftButton) {
        m_drag = Drag::Rectangle;
    }
}

void ChartInput::move(const QMouseEvent& event)
{
    switch (m_drag) {
    case Drag::Pan:
        pan(event.position());
        return;
    case Drag::Rectangle:
        setRubberBand(event.position());
        return;
    case Drag::None:
        break;
    }
    if (isOverCurves(event.position())) {
        m_view.setCrosshair(m_plot.xAxis->pixelToCoord(event.position().x()));
    } else {
        m_view.setCrosshair(std::nullopt);
    }
}

void ChartInput::release(const QMouseEvent& event)
{
    const Drag drag = std::exchange(m_drag, Drag::None);
    if (drag == Drag::Pan) {
        m_plot.unsetCursor();
        m_plot.setAntialiasedElements(QCP::aePlottables | QCP::aeScatters | QCP::aeItems);
        m_plot.replot(QCustomPlot::rpQueuedReplot);
    } else if (drag == Drag::Rectangle) {
        m_crosshair.setRubberBand(std::nullopt);
        zoomInto(event.position());
        m_crosshair.replot();
    }
}

void ChartInput::wheel(const QWheelEvent& event)
{
    const QPoint turned = event.angleDelta();
    const double factor = std::pow(kWheelZoom, turned.y() != 0 ? turned.y() : turned.x());
    if (factor == 1) {
        return;
    }
    if (event.modifiers().testFlag(Qt::ShiftModifier)) {
        const double anchor = m_plot.yAxis->pixelToCoord(event.position().y());
        m_view.setYRange(zoomed(m_view.yRange(), factor, anchor, m_view.isLogarithmic()));
    } else {
        const double anchor = m_plot.xAxis->pixelToCoord(event.position().x());
        m_view.setXRange(zoomed(m_view.xRange(), factor, anchor));
    }
}

// On a page that scrolls, the wheel belongs to the page until the chart is used: clicked, reached
// by key, or Ctrl is held.
bool ChartInput::isForThePage(const QWheelEvent& event) const
{
    if (m_view.hasFocus() || event.modifiers().testFlag(Qt::ControlModifier)) {
        return false;
    }
    for (const QWidget* parent = m_view.parentWidget(); parent; parent = parent->parentWidget()) {
        const auto* area = qobject_cast<const QAbstractScrollArea*>(parent);
        if (area && area->verticalScrollBar()->maximum() > 0) {
            return true;
        }
    }
    return false;
}

void ChartInput::pan(const QPointF& to)
{
    const QPointF moved = to - m_start;
    const QRect area = m_plot.axisRect()->rect();
    m_start = to;
    m_view.setFollowing(false);
    m_view.setXRange(panned(m_view.xRange(), -moved.x() / std::max(1, area.width())));
    if (m_view.isZoomed() && moved.y() != 0) {
        m_view.setYRange(panned(
            m_view.yRange(), moved.y() / std::max(1, area.height()), m_view.isLogarithmic()));
    }
}

void ChartInput::setRubberBand(const QPointF& corner)
{
    const QRectF band = QRectF(m_start, corner).normalized() & QRectF(m_plot.axisRect()->rect());
    m_crosshair.setRubberBand(band);
    m_crosshair.replot();
}

void ChartInput::zoomInto(const QPointF& corner)
{
    const QRectF band = QRectF(m_start, corner).normalized() & QRectF(m_plot.axisRect()->rect());
    if (band.width() < kSmallestBand) {
        Q_EMIT m_view.clicked(m_plot.xAxis->pixelToCoord(corner.x()));
        return;
    }
    const Interval y{m_plot.yAxis->pixelToCoord(band.bottom()),
                     m_plot.yAxis->pixelToCoord(band.top())};
    m_view.setFollowing(false);
    m_view.setXRange(
        {m_plot.xAxis->pixelToCoord(band.left()), m_plot.xAxis->pixelToCoord(band.right())});
    if (band.height() >= kSmallestBandTall) {
        m_view.setYRange(y);
    }
}

} // namespace ui::plots
