// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/rank_legend.h"

#include "ui/pages/adapters/rank_map.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace ui::pages::adapters {

namespace {

constexpr size_t kMostRanks = 6;

} // namespace

RankLegend::RankLegend(const RankMap& map, QWidget* parent) : QWidget(parent), m_map(map)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, &RankLegend::refresh);
}

void RankLegend::refresh()
{
    updateGeometry();
    update();
}

QSize RankLegend::sizeHint() const
{
    const QFontMetrics metrics(theme().font(Type::Caption));
    int width = 0;
    const auto& used = m_map.grid().used;
    for (size_t i = 0; i < std::min(used.size(), kMostRanks); ++i) {
        width += theme().px(26) + metrics.horizontalAdvance(QString::number(used[i].first));
    }
    return {width, metrics.height()};
}

void RankLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = theme().font(Type::Caption);
    painter.setFont(font);
    const QFontMetrics metrics(font);
    const int side = theme().px(10);
    int x = 0;
    const auto& used = m_map.grid().used;
    for (size_t i = 0; i < std::min(used.size(), kMostRanks); ++i) {
        const QString text = QString::number(used[i].first);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_map.colorOf(used[i].first));
        painter.drawRoundedRect(QRect(x, (height() - side) / 2, side, side), 2, 2);
        painter.setPen(theme().color(Color::TextSecondary));
        painter.drawText(QRect(x + side + theme().px(6), 0, width(), height()),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         text);
        x += theme().px(26) + metrics.horizontalAdvance(text);
    }
}

} // namespace ui::pages::adapters
