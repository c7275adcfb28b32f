// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A horizontal slider: 4-px track filled to the handle, wheel only when it has focus, optional
// marks.
#pragma once

#include <QSlider>

namespace ui::widgets {

class Slider : public QSlider
{
    Q_OBJECT

public:
    explicit Slider(QWidget* parent = nullptr);
    Slider(int minimum, int maximum, int value, QWidget* parent = nullptr);

    // Positions where the track is cut by a gap, such as steps that have samples.
    void setStops(const QList<int>& values);
    const QList<int>& stops() const { return m_stops; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    double positionOf(int value) const;
    int valueAt(double x) const;

    QList<int> m_stops;
};

} // namespace ui::widgets
