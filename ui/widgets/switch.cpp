// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/switch.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace ui::widgets {
namespace {

constexpr int kWidth = 32;
constexpr int kHeight = 18;
constexpr int kGap = 8;

} // namespace

Switch::Switch(const QString& text, QWidget* parent) : QCheckBox(text, parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, [this] { updateGeometry(); });
}

QSize Switch::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    const int words = text().isEmpty() ? 0 : kGap + metrics.horizontalAdvance(text());
    return {theme().px(kWidth) + words,
            std::max(theme().px(int(theme().number(QStringLiteral("size/touch_minimum")))),
                     metrics.height())};
}

bool Switch::hitButton(const QPoint& position) const
{
    return rect().contains(position);
}

void Switch::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const double width = theme().px(kWidth);
    const double height = theme().px(kHeight);
    const bool isReversed = isRightToLeft();
    const double x = isReversed ? this->width() - width : 0;
    paintSwitch(
        painter, {x, (this->height() - height) / 2, width, height}, isChecked(), isEnabled());
    painter.setPen(theme().color(isEnabled() ? Color::Text : Color::TextDisabled));
    const int indent = int(width) + kGap;
    painter.drawText(
        isReversed ? rect().adjusted(0, 0, -indent, 0) : rect().adjusted(indent, 0, 0, 0),
        Qt::AlignVCenter | Qt::AlignLeading | Qt::TextSingleLine | Qt::TextHideMnemonic,
        text());
}

} // namespace ui::widgets
