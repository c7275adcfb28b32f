// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/slider.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

namespace ui::widgets {
namespace {

constexpr int kHandle = 16;
constexpr int kTrack = 4;
constexpr int kStopGap = 2;

} // namespace

Slider::Slider(QWidget* parent) : QSlider(Qt::Horizontal, parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, [this] { updateGeometry(); });
}

Slider::Slider(int minimum, int maximum, int value, QWidget* parent) : Slider(parent)
{
    setRange(minimum, maximum);
    setValue(value);
}

void Slider::setStops(const QList<int>& values)
{
    m_stops = values;
    update();
}

QSize Slider::sizeHint() const
{
    return {theme().px(160), theme().px(kHandle) + 8};
}

QSize Slider::minimumSizeHint() const
{
    return {theme().px(48), sizeHint().height()};
}

double Slider::positionOf(int value) const
{
    const double handle = theme().px(kHandle);
    const double range = std::max(1.0, double(maximum()) - minimum());
    const double share = (double(value) - minimum()) / range;
    const double x = handle / 2 + share * (width() - handle);
    return isRightToLeft() ? width() - x : x;
}

int Slider::valueAt(double x) const
{
    const double handle = theme().px(kHandle);
    const double share = (x - handle / 2) / std::max(1.0, width() - handle);
    const double along = std::clamp(isRightToLeft() ? 1 - share : share, 0.0, 1.0);
    return int(std::lround(minimum() + along * (double(maximum()) - minimum())));
}

void Slider::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double handle = theme().px(kHandle);
    const double middle = height() / 2.0;
    const double at = positionOf(value());
    const QColor fill = theme().color(isEnabled() ? Color::AccentFill : Color::LineStrong);
    const QColor rest = theme().color(Color::Hover);
    const QRectF track(1, middle - kTrack / 2.0, width() - 2, kTrack);
    paintRoundedBox(painter, track, rest, rest, kTrack / 2.0, 0);
    const double start = isRightToLeft() ? track.right() : track.left();
    const QRectF done(std::min(start, at), track.top(), std::abs(at - start), kTrack);
    paintRoundedBox(painter, done, fill, fill, kTrack / 2.0, 0);
    for (const int stop : m_stops) {
        if (stop > minimum() && stop < maximum()) {
            painter.fillRect(
                QRectF(positionOf(stop) - kStopGap / 2.0, track.top(), kStopGap, kTrack),
                theme().color(Color::Surface));
        }
    }
    paintRoundedBox(painter,
                    {at - handle / 2, middle - handle / 2, handle, handle},
                    theme().color(Color::Surface),
                    fill,
                    handle / 2,
                    2);
}

void Slider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    setSliderDown(true);
    setSliderPosition(valueAt(event->position().x()));
}

void Slider::mouseMoveEvent(QMouseEvent* event)
{
    if (isSliderDown()) {
        setSliderPosition(valueAt(event->position().x()));
    }
}

void Slider::mouseReleaseEvent(QMouseEvent*)
{
    setSliderDown(false);
}

} // namespace ui::widgets
