// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/button.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"

#include <QMenu>

namespace ui::widgets {
namespace {

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

QSize Button::sizeHint() const
{
    QSize hint = QPushButton::sizeHint();
    // Qt leaves 4 px between icon and words; the design has 8.
    return hint + QSize(icon().isNull() || text().isEmpty() ? 0 : 4, 0);
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
