// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/part_bars.h"

#include "app/base/format.h"
#include "ui/theme/figures.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace ui::pages::train {

namespace {

constexpr double kBar = 6;
constexpr double kToBar = 4;
constexpr double kRowGap = 14;
constexpr double kDetailGap = 8;
constexpr double kLeast = 3; // a bar that is there is seen

} // namespace

PartBars::PartBars(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("What is trained"));
    connect(&theme(), &Theme::changed, this, [this] { updateGeometry(); });
}

void PartBars::setParts(std::vector<TrainedPart> parts)
{
    m_parts = std::move(parts);
    QStringList lines;
    for (const TrainedPart& part : m_parts) {
        QStringList words = {part.name, part.detail, app::formatCount(part.parameters)};
        words.removeAll({});
        lines.append(words.join(QStringLiteral(", ")));
    }
    setAccessibleDescription(lines.join(u'\n'));
    updateGeometry();
    update();
}

int PartBars::rowHeight() const
{
    return QFontMetrics(theme().font(Type::Body)).height() + theme().px(kToBar + kBar + kRowGap);
}

QSize PartBars::sizeHint() const
{
    return {theme().px(240), static_cast<int>(m_parts.size()) * rowHeight()};
}

void PartBars::paintEvent(QPaintEvent*)
{
    const Theme& look = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    int64_t most = 1;
    for (const TrainedPart& part : m_parts) {
        most = std::max(most, part.parameters);
    }
    const QFontMetrics body(look.font(Type::Body));
    const QFontMetrics small(look.font(Type::Small));
    int top = 0;
    for (const TrainedPart& part : m_parts) {
        const QString number = app::formatCount(part.parameters);
        const QRect line(0, top, width(), body.height());
        painter.setFont(look.font(Type::Body));
        painter.setPen(look.color(Color::Text));
        const auto numberWidth =
            static_cast<int>(figuresWidth(QFontMetricsF(painter.font()), number));
        paintFigures(painter, line, number, Qt::AlignRight);
        const int room = width() - numberWidth - look.px(kDetailGap);
        const QString name = body.elidedText(part.name, Qt::ElideMiddle, room);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, name);
        const int used = body.horizontalAdvance(name) + look.px(kDetailGap);
        painter.setFont(look.font(Type::Small));
        painter.setPen(look.color(Color::TextTertiary));
        painter.drawText(line.adjusted(used, 0, 0, 0),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         small.elidedText(part.detail, Qt::ElideRight, std::max(room - used, 0)));
        const double share = static_cast<double>(part.parameters) / static_cast<double>(most);
        const QRectF track(0, top + body.height() + look.px(kToBar), width(), look.px(kBar));
        painter.setPen(Qt::NoPen);
        painter.setBrush(look.color(Color::Inset));
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2);
        QRectF bar = track;
        bar.setWidth(std::max(track.width() * share, kLeast));
        painter.setBrush(look.memoryColor(MemoryPart::Adapters));
        painter.drawRoundedRect(bar, track.height() / 2, track.height() / 2);
        top += rowHeight();
    }
}

} // namespace ui::pages::train
