// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/icon_button.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/row_delegate.h"

namespace ui::widgets {

IconButton::IconButton(const QString& iconName,
                       const QString& toolTip,
                       bool framed,
                       QWidget* parent)
    : QToolButton(parent)
{
    setProperty("framed", framed);
    setIconName(iconName);
    setWords(toolTip);
    // Qt's tool buttons take no focus by Tab unless asked.
    setFocusPolicy(Qt::StrongFocus);
    setPopupMode(QToolButton::InstantPopup);
    connect(&theme(), &Theme::changed, this, [this] { updateGeometry(); });
}

void IconButton::setIconName(const QString& iconName)
{
    setIcon(ui::icon(iconName));
}

void IconButton::setWords(const QString& toolTip)
{
    setToolTip(plainToolTip(toolTip));
    setAccessibleName(toolTip);
}

QSize IconButton::sizeHint() const
{
    const int side = theme().height(Size::ControlSmall);
    return {side, side};
}

} // namespace ui::widgets
