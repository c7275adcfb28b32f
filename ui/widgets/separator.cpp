// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/separator.h"

#include "ui/theme/box.h"

namespace ui::widgets {

Separator::Separator(Qt::Orientation orientation, QWidget* parent) : QFrame(parent)
{
    setBox(*this, Box::Separator);
    if (orientation == Qt::Horizontal) {
        setFixedHeight(1);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    } else {
        setFixedWidth(1);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    }
}

} // namespace ui::widgets
