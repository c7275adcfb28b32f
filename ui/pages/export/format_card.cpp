// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/format_card.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace ui::pages::exporting {

namespace {

constexpr int kPadding = 12;
constexpr int kBox = 16;
constexpr double kRadius = 4;

} // namespace

FormatCard::FormatCard(const QString& format,
                       const QString& name,
                       const QString& use,
                       QWidget* parent)
    : QAbstractButton(parent), m_format(format), m_use(use)
{
    setText(name);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(name);
    setAccessibleDescription(use);
    setToolTip(use.toHtmlEscaped());
    connect(&theme(), &Theme::changed, this, [this] { updateGeometry(); });
}

void FormatCard::setSizeText(const QString& text)
{
    m_size = text;
    setAccessibleDescription(m_use + QLatin1String(", ") + text);
    update();
}

QSize FormatCard::sizeHint() const
{
    const Theme& look = theme();
    const int lines = QFontMetrics(look.font(Type::BodyStrong)).height()
                      + QFontMetrics(look.font(Type::Small)).height();
    return {look.px(280), lines + look.px(14)};
}

QSize FormatCard::minimumSizeHint() const
{
    return {theme().px(180), sizeHint().height()};
}

void FormatCard::paintEvent(QPaintEvent*)
{
    const Theme& look = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isOn = isChecked();
    const bool isHovered = underMouse() && isEnabled();
    painter.setPen(QPen(look.color(isOn         ? Color::Accent
                                   : hasFocus() ? Color::Accent
                                                : Color::Line),
                        hasFocus() ? 2 : 1));
    painter.setBrush(look.color(isOn        ? Color::AccentSoft
                                : isHovered ? Color::Hover
                                            : Color::Surface));
    const double inset = hasFocus() ? 1 : 0.5;
    painter.drawRoundedRect(
        QRectF(rect()).adjusted(inset, inset, -inset, -inset), kRadius, kRadius);

    const int padding = look.px(kPadding);
    const int box = look.px(kBox);
    const QRect check(padding, (height() - box) / 2, box, box);
    painter.setPen(QPen(look.color(isOn ? Color::AccentFill : Color::FieldLine), 1));
    painter.setBrush(look.color(isOn ? Color::AccentFill : Color::Surface));
    painter.drawRoundedRect(QRectF(check).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    if (isOn) {
        const int mark = look.px(12);
        painter.drawPixmap(
            check.center() - QPoint(mark / 2 - 1, mark / 2 - 1),
            iconPixmap(
                QStringLiteral("check"), look.color(Color::OnAccent), mark, devicePixelRatioF()));
    }

    const QFontMetrics sizeMetrics(look.font(Type::Small));
    const int sizeWidth = sizeMetrics.horizontalAdvance(m_size);
    painter.setFont(look.font(Type::Small));
    painter.setPen(look.color(Color::TextSecondary));
    painter.drawText(rect().adjusted(0, 0, -padding, 0), Qt::AlignRight | Qt::AlignVCenter, m_size);

    const int left = check.right() + look.px(10);
    const int room = width() - left - padding - sizeWidth - look.px(8);
    const QFontMetrics nameMetrics(look.font(Type::BodyStrong));
    const int top = (height() - nameMetrics.height() - sizeMetrics.height()) / 2;
    painter.drawText(QRect(left, top + nameMetrics.height(), room, sizeMetrics.height()),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     sizeMetrics.elidedText(m_use, Qt::ElideRight, room));
    painter.setFont(look.font(Type::BodyStrong));
    painter.setPen(look.color(isEnabled() ? Color::Text : Color::TextDisabled));
    painter.drawText(QRect(left, top, room, nameMetrics.height()),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     nameMetrics.elidedText(text(), Qt::ElideRight, room));
}

} // namespace ui::pages::exporting
