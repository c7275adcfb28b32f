// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What every chart of the studio can do: zoom with the wheel or a rectangle, pan, reset, follow a
// live run, walk a crosshair by mouse or arrow keys, and turn itself into a picture or a table. GUI
// thread only.
#pragma once

#include "ui/plots/chart_export.h"
#include "ui/plots/curve.h"
#include "ui/plots/interval.h"
#include "ui/plots/legend_entry.h"

#include <QSharedPointer>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QCPAxisTicker;
class QCPPainter;
class QCustomPlot;

namespace ui::plots {

struct CrosshairText;
struct PlotColors;

// Keys: left and right move the crosshair (with Shift by ten points), + and - zoom, Page Up and
// Page Down pan, Home resets, F follows, Escape hides the crosshair. Mouse: the wheel zooms (with
// Shift the vertical axis), dragging zooms into a rectangle, dragging with Shift or the middle
// button pans, a double-click resets.
class ChartView : public QWidget
{
    Q_OBJECT

public:
    ~ChartView() override;

    // What the horizontal axis counts. The view starts over.
    void setXUnit(XUnit unit);
    XUnit xUnit() const;
    // Values that a logarithm has no place for (zero, negative) leave a gap.
    void setLogarithmic(bool logarithmic);
    bool isLogarithmic() const;

    // Shows everything again.
    void resetView();
    bool isZoomed() const;
    // About the crosshair, or the middle without one; > 1 is closer.
    void zoom(double factor);
    // While zoomed: keeps the newest point in view, at the same scale.
    void setFollowing(bool following);
    bool isFollowing() const;
    // What is visible, in units of the axes. A range that is set stays while points are added; that
    // of x is kept inside what there is.
    Interval xRange() const;
    Interval yRange() const;
    void setXRange(const Interval& range);
    void setYRange(const Interval& range);

    // Puts the crosshair at `x`, moved to the nearest measured point; nothing hides it.
    void setCrosshair(std::optional<double> x);
    std::optional<double> crosshair() const;
    // By so many points, from the newest one when it was hidden.
    void moveCrosshair(int points);
    // What its card says, in one line; empty when it is hidden.
    QString crosshairSpoken() const;

    // Written on exported pictures and read by screen readers.
    void setTitle(const QString& title);
    QString title() const;

    // Everything drawn, undecimated, a column for each curve.
    virtual ChartTable table() const = 0;
    // What the marks mean, for a ChartLegend and for exported pictures; empty where the chart says
    // it itself.
    virtual std::vector<LegendEntry> legend() const { return {}; }
    // As it is seen, in light colours: pixels at twice the size, and vectors.
    QImage image();
    QByteArray svg();

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void viewChanged(); // zoomed, panned, reset, following
    void crosshairMoved(std::optional<double> x);
    void clicked(double x);

protected:
    // `compact`: a small multiple, without an axis title below.
    explicit ChartView(bool compact, QWidget* parent);

    QCustomPlot& plot() const;
    const PlotColors& colors() const;
    void setYTitle(const QString& title);

    // Hooks, in the order of a replot.
    virtual void restyle(const PlotColors& colors) = 0; // pens and brushes
    virtual void rescale(XUnit unit, bool logarithmic) = 0;
    virtual Interval fullX() const = 0;
    virtual Interval fullY(const Interval& x) const = 0;      // what y shows while x shows `x`
    virtual void rebuild(const Interval& x, int columns) = 0; // graphs for what is visible
    virtual std::optional<double> newestX() const = 0;
    // The measured point nearest to `x`, and `offset` points further.
    virtual std::optional<double> snap(double x, int offset) const = 0;
    virtual CrosshairText crosshairText(double x) const = 0;
    // Of the horizontal axis: by default what the unit in use asks for.
    virtual QString xTitle() const;
    virtual QSharedPointer<QCPAxisTicker> makeXTicker(int count) const;

    // Draws what changed, at most ten times a second.
    void dataChanged();
    // Draws in the next turn of the event loop: somebody changed what the chart shows.
    void optionsChanged();

    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void adoptTheme();
    void refresh();
    void afterLayout();
    void drawCrosshair();
    void revealCrosshair();
    void paintPicture(QCPPainter& painter, const QSize& size);

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace ui::plots
