// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/drop_overlay.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/row_delegate.h"

#include <QEvent>
#include <QPainter>
#include <QPainterPath>

namespace ui::widgets {
namespace {

constexpr int kMargin = 12;
constexpr int kIcon = 32;
constexpr int kGap = 12;

} // namespace

DropOverlay::DropOverlay(QWidget* covered) : QWidget(covered)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    covered->installEventFilter(this);
    setGeometry(covered->rect());
    hide();
}

void DropOverlay::setWords(const QString& title, const QString& detail)
{
    m_title = title;
    m_detail = detail;
    setAccessibleName(title);
    setAccessibleDescription(detail);
    update();
}

bool DropOverlay::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parent() && event->type() == QEvent::Resize) {
        setGeometry(parentWidget()->rect());
    }
    return QWidget::eventFilter(watched, event);
}

void DropOverlay::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), theme().color(Color::Window));
    const QRectF box = QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
    painter.setBrush(theme().color(Color::AccentSoft));
    painter.setPen(QPen(theme().color(Color::Accent), 2, Qt::DashLine));
    const double radius = theme().number(QStringLiteral("radius/card"));
    painter.drawRoundedRect(box, radius, radius);

    const QFont title = theme().font(Type::Heading);
    const QFont detail = theme().font(Type::Small);
    const int titleHeight = QFontMetrics(title).height();
    const int detailHeight = QFontMetrics(detail).height();
    const int icon = theme().px(kIcon);
    const int total = icon + kGap + titleHeight + kGap / 2 + detailHeight;
    const QRect room = rect().adjusted(2 * kMargin, 0, -2 * kMargin, 0);
    int y = (height() - total) / 2;
    paintIcon(painter,
              {room.left(), y, room.width(), icon},
              QStringLiteral("download"),
              theme().color(Color::Accent),
              kIcon);
    y += icon + kGap;
    paintText(painter,
              {room.left(), y, room.width(), titleHeight},
              m_title,
              title,
              Color::Text,
              Qt::AlignHCenter);
    y += titleHeight + kGap / 2;
    paintText(painter,
              {room.left(), y, room.width(), detailHeight},
              m_detail,
              detail,
              Color::TextSecondary,
              Qt::AlignHCenter);
}

} // namespace ui::widgets
