// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/button.h"

#include "ui/theme/icon.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QMenu>
#include <QStyleOptionButton>
#include <QStylePainter>

namespace ui::widgets {
namespace {

constexpr int kIconGap = 8;
constexpr int kChevron = 12;

IconRole roleOf(Button::Kind kind)
{
    switch (kind) {
    case Button::Kind::Primary:
        return IconRole::OnAccent;
    case Button::Kind::Danger:
        return IconRole::Error;
    case Button::Kind::Link:
        return IconRole::Accent;
    case Button::Kind::Ghost:
        return IconRole::Normal;
    case Button::Kind::Normal:
        return IconRole::Strong;
    }
    return IconRole::Strong;
}

QString nameOf(Button::Kind kind)
{
    switch (kind) {
    case Button::Kind::Primary:
        return QStringLiteral("primary");
    case Button::Kind::Danger:
        return QStringLiteral("danger");
    case Button::Kind::Link:
        return QStringLiteral("link");
    case Button::Kind::Ghost:
        return QStringLiteral("ghost");
    case Button::Kind::Normal:
        return QStringLiteral("normal");
    }
    return {};
}

QString nameOf(Button::Extent extent)
{
    switch (extent) {
    case Button::Extent::Small:
        return QStringLiteral("small");
    case Button::Extent::Large:
        return QStringLiteral("large");
    case Button::Extent::Regular:
        return QStringLiteral("regular");
    }
    return {};
}

Button* make(const QString& text, Button::Kind kind, const QString& iconName, Button::Extent extent)
{
    auto* button = new Button(text, kind, extent);
    if (!iconName.isEmpty()) {
        button->setIconName(iconName);
    }
    return button;
}

} // namespace

Button::Button(const QString& text, Kind kind, Extent extent, QWidget* parent)
    : QPushButton(text, parent), m_kind(kind), m_extent(extent)
{
    setProperty("kind", nameOf(kind));
    setProperty("extent", nameOf(extent));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    if (kind == Kind::Link) {
        setCursor(Qt::PointingHandCursor);
    }
    applyFont();
    connect(&theme(), &Theme::changed, this, &Button::applyFont);
}

void Button::setIconName(const QString& name)
{
    setIcon(name.isEmpty() ? QIcon() : ui::icon(name, roleOf(m_kind)));
    applyFont();
}

void Button::applyFont()
{
    const bool isSmall = m_extent == Extent::Small || m_kind == Kind::Link;
    QFont font = theme().font(isSmall ? Type::Small : Type::Body);
    font.setWeight(QFont::Medium);
    setFont(font);
    const int side = theme().px(isSmall ? 14 : 16);
    setIconSize({side, side});
    updateGeometry();
}

int Button::padding() const
{
    if (m_kind == Kind::Link) {
        return 0;
    }
    return theme().px(m_extent == Extent::Small ? 10 : m_extent == Extent::Large ? 16 : 12);
}

QSize Button::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    int width = 2 * padding() + metrics.size(Qt::TextShowMnemonic, text()).width() + 2;
    if (!icon().isNull()) {
        width += iconSize().width() + (text().isEmpty() ? 0 : theme().px(kIconGap));
    }
    if (menu()) {
        width += theme().px(kChevron + kIconGap);
    }
    const int height = m_kind == Kind::Link          ? metrics.height() + 4
                       : m_extent == Extent::Small   ? theme().height(Size::ControlSmall)
                       : m_extent == Extent::Regular ? theme().height(Size::Control)
                                                     : theme().height(Size::ControlPrimary);
    return {width, height};
}

QColor Button::ink() const
{
    if (!isEnabled()) {
        return theme().color(Color::TextDisabled);
    }
    switch (m_kind) {
    case Kind::Primary:
        return theme().color(Color::OnAccent);
    case Kind::Danger:
        return theme().color(Color::Error);
    case Kind::Link:
        return theme().color(Color::Accent);
    case Kind::Ghost:
        return theme().color(underMouse() || isChecked() ? Color::Text : Color::TextSecondary);
    case Kind::Normal:
        return theme().color(Color::Text);
    }
    return theme().color(Color::Text);
}

// The style draws the box; Qt's own label would leave 4 px between icon and words.
void Button::paintEvent(QPaintEvent*)
{
    QStylePainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    painter.drawControl(QStyle::CE_PushButtonBevel, option);

    const int side = icon().isNull() ? 0 : iconSize().width();
    const int gap = side > 0 && !text().isEmpty() ? theme().px(kIconGap) : 0;
    const int chevron = menu() ? theme().px(kChevron + kIconGap) : 0;
    const QFontMetrics metrics = fontMetrics();
    const int room = width() - 2 * padding() - side - gap - chevron;
    const QString shown = metrics.elidedText(text(), Qt::ElideRight, room, Qt::TextShowMnemonic);
    const int words = metrics.size(Qt::TextShowMnemonic, shown).width();
    int x = (width() - side - gap - words - chevron) / 2;
    const bool isReversed = isRightToLeft();
    const auto put = [&](int length) {
        const QRect rect(x, 0, length, height());
        x += length;
        return isReversed ? QStyle::visualRect(Qt::RightToLeft, this->rect(), rect) : rect;
    };
    if (side > 0) {
        const auto mode = isEnabled() ? QIcon::Normal : QIcon::Disabled;
        icon().paint(
            &painter, put(side), Qt::AlignCenter, mode, isChecked() ? QIcon::On : QIcon::Off);
        x += gap;
    }
    QFont font = this->font();
    font.setUnderline(m_kind == Kind::Link && isEnabled() && underMouse());
    painter.setFont(font);
    painter.setPen(ink());
    const QRect label = put(words).adjusted(-2, 0, 2, 0);
    painter.drawText(label, Qt::AlignCenter | Qt::TextHideMnemonic | Qt::TextSingleLine, shown);
    if (chevron > 0) {
        x += theme().px(kIconGap);
        paintIcon(
            painter, put(theme().px(kChevron)), QStringLiteral("chevron_down"), ink(), kChevron);
    }
}

Button* primaryButton(const QString& text, const QString& iconName)
{
    return make(text, Button::Kind::Primary, iconName, Button::Extent::Regular);
}

Button* normalButton(const QString& text, const QString& iconName)
{
    return make(text, Button::Kind::Normal, iconName, Button::Extent::Regular);
}

Button* ghostButton(const QString& text, const QString& iconName)
{
    return make(text, Button::Kind::Ghost, iconName, Button::Extent::Regular);
}

Button* dangerButton(const QString& text, const QString& iconName)
{
    return make(text, Button::Kind::Danger, iconName, Button::Extent::Regular);
}

Button* smallButton(const QString& text, const QString& iconName)
{
    return make(text, Button::Kind::Normal, iconName, Button::Extent::Small);
}

Button* linkButton(const QString& text)
{
    return make(text, Button::Kind::Link, {}, Button::Extent::Small);
}

Button* startButton(const QString& text, const QString& iconName)
{
    return make(text, Button::Kind::Primary, iconName, Button::Extent::Large);
}

} // namespace ui::widgets
