// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/progress_bar.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace ui::widgets {
namespace {

constexpr int kFull = 10'000;

} // namespace

void paintProgress(QPainter& painter, const QRectF& rect, double share, const QColor& color)
{
    const double radius = std::min(rect.height() / 2, theme().number(QStringLiteral("radius/bar")));
    const QColor track = theme().color(Color::Hover);
    paintRoundedBox(painter, rect, track, track, radius, 0);
    // NaN compares false both ways and draws nothing.
    if (!(share > 0)) {
        return;
    }
    QPainterPath shape;
    shape.addRoundedRect(rect, radius, radius);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double width = std::max(1.0, rect.width() * std::min(share, 1.0));
    painter.setClipRect(QRectF(rect.left(), rect.top(), width, rect.height()));
    painter.fillPath(shape, color);
    painter.restore();
}

ProgressBar::ProgressBar(int height, QWidget* parent) : QProgressBar(parent), m_height(height)
{
    setTextVisible(false);
    setRange(0, kFull);
    setValue(0);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, [this] { update(); });
}

void ProgressBar::setShare(double share)
{
    setRange(0, kFull);
    setValue(share > 0 ? int(std::min(share, 1.0) * kFull) : 0);
}

double ProgressBar::share() const
{
    return maximum() > minimum() ? double(value() - minimum()) / (maximum() - minimum()) : 0;
}

void ProgressBar::setStatus(StatusKind kind)
{
    m_kind = kind;
    m_memoryPart = -1;
    update();
}

void ProgressBar::setMemoryColor(MemoryPart part)
{
    m_memoryPart = int(part);
    update();
}

QSize ProgressBar::sizeHint() const
{
    return {theme().px(120), m_height};
}

QSize ProgressBar::minimumSizeHint() const
{
    return {theme().px(24), m_height};
}

void ProgressBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QColor color = m_memoryPart >= 0 ? theme().memoryColor(MemoryPart(m_memoryPart))
                         : m_kind == StatusKind::Active ? theme().color(Color::AccentFill)
                                                        : theme().color(colorOf(m_kind));
    paintProgress(
        painter, QRectF(0, (height() - m_height) / 2.0, width(), m_height), share(), color);
}

} // namespace ui::widgets
