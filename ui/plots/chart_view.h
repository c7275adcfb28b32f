// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What every chart of the studio can do: zoom with the wheel or a rectangle, pan, reset, follow a
// live run, walk a crosshair by mouse or arrow keys, and write itself to a file. GUI thread only.
#pragma once

#include "ui/plots/chart_export.h"
#include "ui/plots/curve.h"
#include "ui/plots/interval.h"
#include "ui/plots/legend_entry.h"

#include <QWidget>

#include <memory>
#include <optional>

class QCustomPlot;

namespace ui::plots {

class Crosshair;
struct CrosshairText;
struct PlotColors;

// Keys: arrows move the crosshair, + and - zoom, Home resets, F follows, Escape hides the
// crosshair. Mouse: wheel zooms x (with Shift: y), drag draws a zoom rectangle, drag with Shift or
// the middle button pans, double-click resets.
class ChartView : public QWidget
{
    Q_OBJECT

public:
    ~ChartView() override;

    void setXUnit(XUnit unit);
    XUnit xUnit() const;
    // Values that a logarithm has no place for (zero, negative) leave a gap.
    void setLogarithmic(bool logarithmic);
    bool isLogarithmic() const;

    // Shows everything again.
    void resetView();
    bool isZoomed() const;
    void zoom(double factor); // about the crosshair or the middle; > 1 is closer
    // While zoomed: keeps the newest point in view, at the same scale.
    void setFollowing(bool following);
    bool isFollowing() const;
    // What is visible, in units of the axes.
    Interval xRange() const;
    Interval yRange() const;
    void setXRange(const Interval& range);

    // Puts the crosshair at `x`, moved to the nearest measured point; nothing hides it.
    void setCrosshair(std::optional<double> x);
    std::optional<double> crosshair() const;

    // Name and axis titles are written on exported pictures and read by screen readers.
    void setTitle(const QString& title);
    QString title() const;

    // Everything drawn, unsmoothed and undecimated, one column a curve.
    virtual ChartTable table() const = 0;
    // What the marks mean, for a ChartLegend and for exported pictures; empty where the chart says
    // it itself.
    virtual std::vector<LegendEntry> legend() const { return {}; }
    // A picture in light colours, at twice the size of the view.
    QImage image();
    QByteArray svg();

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void viewChanged(); // zoomed, panned, reset, following
    void crosshairMoved(std::optional<double> x);
    // A marker or point was clicked; x is its position.
    void clicked(double x);

protected:
    // `compact`: a small multiple, without an axis title below.
    explicit ChartView(bool compact, QWidget* parent);

    QCustomPlot& plot() const;
    const PlotColors& colors() const;

    // Hooks, in the order of a replot.
    virtual void restyle(const PlotColors& colors) = 0; // pens and brushes; colours changed
    virtual Interval fullX() const = 0;
    virtual Interval fullY(const Interval& x) const = 0;      // what y shows while x shows `x`
    virtual void rebuild(const Interval& x, int columns) = 0; // graphs for what is visible
    virtual std::optional<double> newestX() const = 0;
    // The measured point nearest to `x`, `offset` points further.
    virtual std::optional<double> snap(double x, int offset) const = 0;
    virtual CrosshairText crosshairText(double x) const = 0;

    // Draws what changed, at most ten times a second.
    void dataChanged();
    // Draws at once: somebody changed how the chart looks.
    void optionsChanged();

    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace ui::plots
