// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/box.h"

#include <QFrame>
#include <QVariant>

namespace ui {

namespace {

constexpr const char* kBox = "box";

} // namespace

void setBox(QFrame& frame, Box box)
{
    frame.setProperty(kBox, int(box));
    frame.setFrameStyle(frame.frameStyle()); // asks the style for the contents' rectangle again
}

Box boxOf(const QWidget* widget)
{
    return widget ? Box(widget->property(kBox).toInt()) : Box::None;
}

} // namespace ui
