// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/skeleton.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace ui::widgets {
namespace {

constexpr int kBar = 12;
constexpr int kGap = 12;
// Lines of text are not equally long.
constexpr double kShares[] = {0.46, 0.74, 0.62};

} // namespace

Skeleton::Skeleton(int lines, QWidget* parent) : QWidget(parent), m_lines(lines)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, [this] { updateGeometry(); });
}

QSize Skeleton::sizeHint() const
{
    return {theme().px(200), m_lines * theme().px(kBar + kGap) - theme().px(kGap)};
}

void Skeleton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QColor fill = theme().color(Color::Hover);
    for (int i = 0; i < m_lines; ++i) {
        const double width = this->width() * kShares[i % std::size(kShares)];
        const QRectF bar(0, i * theme().px(kBar + kGap), width, theme().px(kBar));
        paintRoundedBox(painter, bar, fill, fill, 3, 0);
    }
}

} // namespace ui::widgets
