// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/paint_scroll_bar.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QStyleOption>

#include <algorithm>

namespace ui {

namespace {

constexpr int kShortest = 28;
constexpr int kMargin = 2;
constexpr double kRadius = 3;

// Along the bar: where the handle begins and how long it is.
std::pair<int, int> handle(const QStyleOptionSlider& bar)
{
    const int length = bar.orientation == Qt::Horizontal ? bar.rect.width() : bar.rect.height();
    const qint64 range = qint64(bar.maximum) - bar.minimum;
    if (range <= 0) {
        return {0, length};
    }
    const qint64 share = qint64(length) * bar.pageStep / (range + bar.pageStep);
    const int size = int(std::clamp<qint64>(share, std::min(kShortest, length), length));
    const int from = QStyle::sliderPositionFromValue(
        bar.minimum, bar.maximum, bar.sliderPosition, length - size, bar.upsideDown);
    return {from, size};
}

} // namespace

void paintScrollBar(QPainter& painter, const QStyleOptionSlider& bar)
{
    if (bar.maximum <= bar.minimum) {
        return;
    }
    const bool isHeld = bar.activeSubControls.testFlag(QStyle::SC_ScrollBarSlider)
                        && (bar.state & (QStyle::State_MouseOver | QStyle::State_Sunken));
    const QColor color = theme().color(isHeld ? Color::FieldLine : Color::LineStrong);
    const QRect box = scrollBarRect(bar, QStyle::SC_ScrollBarSlider)
                          .adjusted(kMargin, kMargin, -kMargin, -kMargin);
    paintRoundedBox(painter, box, color, color, kRadius, 0);
}

QRect scrollBarRect(const QStyleOptionSlider& bar, QStyle::SubControl part)
{
    const auto [from, size] = handle(bar);
    const bool isHorizontal = bar.orientation == Qt::Horizontal;
    const int length = isHorizontal ? bar.rect.width() : bar.rect.height();
    const auto along = [&](int begin, int extent) {
        const QRect rect =
            isHorizontal ? QRect(bar.rect.left() + begin, bar.rect.top(), extent, bar.rect.height())
                         : QRect(bar.rect.left(), bar.rect.top() + begin, bar.rect.width(), extent);
        return QStyle::visualRect(bar.direction, bar.rect, rect);
    };
    switch (part) {
    case QStyle::SC_ScrollBarGroove:
        return bar.rect;
    case QStyle::SC_ScrollBarSlider:
        return along(from, size);
    case QStyle::SC_ScrollBarSubPage:
        return along(0, from);
    case QStyle::SC_ScrollBarAddPage:
        return along(from + size, length - from - size);
    default:
        return {};
    }
}

} // namespace ui
