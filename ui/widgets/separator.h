// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The 1-px line between groups, horizontal or vertical.
#pragma once

#include <QFrame>

namespace ui::widgets {

class Separator : public QFrame
{
    Q_OBJECT

public:
    explicit Separator(Qt::Orientation orientation = Qt::Horizontal, QWidget* parent = nullptr);
};

} // namespace ui::widgets
