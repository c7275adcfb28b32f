// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/share_bar.h"

#include "app/base/format.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace ui::pages::data {

namespace {

using namespace Qt::StringLiterals;

constexpr int kBarHeight = 12;

// Of the palettes of memory bars and charts, which are safe for every kind of sight.
QColor colorOfPart(std::size_t part)
{
    constexpr int kPurple = 3;
    const Theme& look = theme();
    return part == 0   ? look.memoryColor(MemoryPart::Weights)
           : part == 1 ? look.memoryColor(MemoryPart::Activations)
                       : look.series(kPurple).color;
}

} // namespace

ShareBar::ShareBar(QWidget* parent)
    : QWidget(parent), m_parts({Part{tr("Answers, trained")},
                                Part{tr("Context, read only")},
                                Part{tr("Special tokens")}})
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void ShareBar::setAmounts(qint64 trained, qint64 context, qint64 special)
{
    m_parts[0].amount = trained;
    m_parts[1].amount = context;
    m_parts[2].amount = special;
    QStringList words;
    for (const Part& part : m_parts) {
        words.append(part.words + u": "_s + app::formatCount(part.amount));
    }
    setAccessibleName(words.join(u", "_s));
    update();
}

int ShareBar::rowHeight() const
{
    return std::max(theme().px(22), QFontMetrics(theme().font(Type::Small)).height() + 4);
}

QSize ShareBar::sizeHint() const
{
    return {theme().px(160), theme().px(kBarHeight + 8) + 3 * rowHeight()};
}

void ShareBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintLegend(painter);
    paintBar(painter);
}

void ShareBar::paintBar(QPainter& painter) const
{
    const Theme& look = theme();
    const QRectF bar(0, 0, width(), look.px(kBarHeight));
    QPainterPath outline;
    const double radius = look.number(u"radius/bar"_s);
    outline.addRoundedRect(bar, radius, radius);
    painter.setClipPath(outline);
    painter.fillRect(bar, look.color(Color::Hover));
    double total = 0;
    for (const Part& part : m_parts) {
        total += double(part.amount);
    }
    double x = 0;
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        const double wide = total > 0 ? double(m_parts[i].amount) / total * width() : 0;
        if (wide > 0) {
            painter.fillRect(QRectF(x, 0, std::max(1.0, wide - 1), bar.height()), colorOfPart(i));
        }
        x += wide;
    }
}

void ShareBar::paintLegend(QPainter& painter) const
{
    const Theme& look = theme();
    const int swatch = look.px(10);
    double y = look.px(kBarHeight + 8);
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        const QRectF row(0, y, width(), rowHeight());
        painter.setPen(Qt::NoPen);
        painter.setBrush(colorOfPart(i));
        painter.drawRoundedRect(QRectF(0, row.center().y() - swatch / 2.0, swatch, swatch), 2, 2);
        painter.setFont(look.font(Type::Small));
        painter.setPen(look.color(Color::TextSecondary));
        painter.drawText(
            row.adjusted(swatch + look.px(8), 0, 0, 0), Qt::AlignVCenter, m_parts[i].words);
        painter.setPen(look.color(Color::Text));
        painter.drawText(
            row, Qt::AlignVCenter | Qt::AlignRight, app::formatShort(m_parts[i].amount));
        y += rowHeight();
    }
}

} // namespace ui::pages::data
