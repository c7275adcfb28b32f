// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/brand.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"

#include <QFontMetrics>
#include <QPainter>

#include <algorithm>

namespace ui::shell {

namespace {

constexpr int kMark = 20;
constexpr int kLeft = 16;
constexpr int kGap = 8;
constexpr int kHeight = 54;

// The name of the product: the same in every language.
QString productName()
{
    return QStringLiteral("LoRA Studio");
}

} // namespace

Brand::Brand(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(productName());
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

QSize Brand::sizeHint() const
{
    const QFontMetrics metrics(theme().font(Type::Heading));
    const int margin = theme().px(kLeft);
    return {2 * margin + theme().px(kMark + kGap) + metrics.horizontalAdvance(productName()),
            std::max(theme().px(kHeight), metrics.height() + theme().px(kGap))};
}

QSize Brand::minimumSizeHint() const
{
    return {theme().px(kMark), sizeHint().height()};
}

void Brand::paintEvent(QPaintEvent* event)
{
    Q_UNUSED(event);
    QPainter painter(this);
    const int mark = theme().px(kMark);
    const bool isNarrow = width() < sizeHint().width();
    const int left = isNarrow ? (width() - mark) / 2 : theme().px(kLeft);
    logo().paint(&painter, QRect(left, (height() - mark) / 2, mark, mark));
    if (!isNarrow) {
        painter.setFont(theme().font(Type::Heading));
        painter.setPen(theme().color(Color::Text));
        painter.drawText(rect().adjusted(left + mark + theme().px(kGap), 0, 0, 0),
                         int(Qt::AlignVCenter | Qt::AlignLeft),
                         productName());
    }
}

} // namespace ui::shell
