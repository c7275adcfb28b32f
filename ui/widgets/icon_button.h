// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A button of one icon. It has no word, so it must have a tooltip, which is its accessible name
// too.
#pragma once

#include <QToolButton>

namespace ui::widgets {

class IconButton : public QToolButton
{
    Q_OBJECT

public:
    // `framed` draws the border of a normal small button; without it only hover shows a box.
    IconButton(const QString& iconName,
               const QString& toolTip,
               bool framed = false,
               QWidget* parent = nullptr);

    void setIconName(const QString& iconName);
    // Tooltip and accessible name in one.
    void setWords(const QString& toolTip);
    QSize sizeHint() const override;
};

} // namespace ui::widgets
