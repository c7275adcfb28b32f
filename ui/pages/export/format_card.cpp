// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/format_card.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace ui::pages::exporting {

namespace {

constexpr int kPadding = 12;
constexpr int kBox = 16;
constexpr int kSizeRoom = 52;
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
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(name);
    setAccessibleDescription(use);
    setToolTip(use.toHtmlEscaped());
    connect(&theme(), &Theme::changed, this, [this] { updateGeometry(); });
}

void FormatCard::setSizeText(const QString& text)
{
    m_size = text;
    setAccessibleDescription(m_refusal.isEmpty() ? m_use + QLatin1String(", ") + text : m_refusal);
    update();
}

void FormatCard::setRefusal(const QString& words)
{
    if (m_refusal == words) {
        return;
    }
    m_refusal = words;
    setEnabled(words.isEmpty());
    setAccessibleDescription(this->words());
    setToolTip(this->words().toHtmlEscaped());
    if (!words.isEmpty()) {
        setChecked(false);
    }
    updateGeometry();
    update();
}

QSize FormatCard::sizeHint() const
{
    const int width = theme().px(280);
    return {width, heightForWidth(width)};
}

// The use may take a few lines.
int FormatCard::heightForWidth(int width) const
{
    const Theme& look = theme();
    return QFontMetrics(look.font(Type::BodyStrong)).height() + useHeight(width) + look.px(14);
}

int FormatCard::useLeft() const
{
    return theme().px(kPadding) + theme().px(kBox) + theme().px(10);
}

int FormatCard::useRoom(int width) const
{
    const QFontMetrics metrics(theme().font(Type::Small));
    const int size = std::max(metrics.horizontalAdvance(m_size), theme().px(kSizeRoom));
    return width - useLeft() - theme().px(kPadding) - size - theme().px(8);
}

int FormatCard::useHeight(int width) const
{
    const QFontMetrics metrics(theme().font(Type::Small));
    return metrics.boundingRect(QRect(0, 0, useRoom(width), 1000), Qt::TextWordWrap, words())
        .height();
}

QSize FormatCard::minimumSizeHint() const
{
    const Theme& look = theme();
    return {look.px(180),
            QFontMetrics(look.font(Type::BodyStrong)).height()
                + QFontMetrics(look.font(Type::Small)).height() + look.px(14)};
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
    painter.setBrush(look.color(isOn           ? Color::AccentSoft
                                : isHovered    ? Color::Hover
                                : !isEnabled() ? Color::Inset
                                               : Color::Surface));
    const double inset = hasFocus() ? 1 : 0.5;
    painter.drawRoundedRect(
        QRectF(rect()).adjusted(inset, inset, -inset, -inset), kRadius, kRadius);

    const int padding = look.px(kPadding);
    const int box = look.px(kBox);
    const QRect check(padding, (height() - box) / 2, box, box);
    painter.setPen(QPen(look.color(isOn           ? Color::AccentFill
                                   : !isEnabled() ? Color::Line
                                                  : Color::FieldLine),
                        1));
    painter.setBrush(look.color(isOn           ? Color::AccentFill
                                : !isEnabled() ? Color::Inset
                                               : Color::Surface));
    painter.drawRoundedRect(QRectF(check).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    if (isOn) {
        const int mark = look.px(12);
        painter.drawPixmap(
            check.center() - QPoint(mark / 2 - 1, mark / 2 - 1),
            iconPixmap(
                QStringLiteral("check"), look.color(Color::OnAccent), mark, devicePixelRatioF()));
    }

    painter.setFont(look.font(Type::Small));
    painter.setPen(look.color(Color::TextSecondary));
    if (isEnabled()) {
        painter.drawText(
            rect().adjusted(0, 0, -padding, 0), Qt::AlignRight | Qt::AlignVCenter, m_size);
    }

    const int left = useLeft();
    const int room = useRoom(width());
    const int useRows = useHeight(width());
    const QFontMetrics nameMetrics(look.font(Type::BodyStrong));
    const int top = (height() - nameMetrics.height() - useRows) / 2;
    painter.drawText(QRect(left, top + nameMetrics.height(), room, useRows),
                     Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                     words());
    painter.setFont(look.font(Type::BodyStrong));
    painter.setPen(look.color(isEnabled() ? Color::Text : Color::TextDisabled));
    painter.drawText(QRect(left, top, room, nameMetrics.height()),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     nameMetrics.elidedText(text(), Qt::ElideRight, room));
}

} // namespace ui::pages::exporting
