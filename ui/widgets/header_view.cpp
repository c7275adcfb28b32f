// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/header_view.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/row_delegate.h"

#include <QPainter>

namespace ui::widgets {
namespace {

constexpr int kPadding = 8;
constexpr int kEdgePadding = 16;
constexpr int kArrow = 12;
constexpr int kGap = 4;

QFont headerFont()
{
    return theme().font(Type::Label);
}

} // namespace

HeaderView::HeaderView(QWidget* parent) : QHeaderView(Qt::Horizontal, parent)
{
    setHighlightSections(false);
    setSectionsClickable(true);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    setMinimumSectionSize(24);
    connect(&theme(), &Theme::changed, this, [this] {
        updateGeometry();
        viewport()->update();
    });
}

QSize HeaderView::sizeHint() const
{
    return {QHeaderView::sizeHint().width(), theme().height(Size::TableHeader)};
}

QRect HeaderView::contentRect(const QRect& rect, int section) const
{
    const int visual = visualIndex(section);
    const int left = visual == 0 ? kEdgePadding : kPadding;
    const int right = visual == count() - 1 ? kEdgePadding : kPadding;
    return rect.adjusted(theme().px(left), 0, -theme().px(right), 0);
}

bool HeaderView::sortsBy(int section) const
{
    return isSortIndicatorShown() && sortIndicatorSection() == section;
}

void HeaderView::paintSection(QPainter* painter, const QRect& rect, int section) const
{
    painter->fillRect(rect, theme().color(Color::Inset));
    painter->fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme().color(Color::Line));
    const QString text = model()->headerData(section, orientation()).toString();
    const QVariant aligned = model()->headerData(section, orientation(), Qt::TextAlignmentRole);
    const auto alignment = aligned.isValid() ? Qt::Alignment(aligned.toInt()) : defaultAlignment();
    QRect room = contentRect(rect, section);
    if (sortsBy(section)) {
        const int arrow = theme().px(kArrow);
        const int wanted = QFontMetrics(headerFont()).horizontalAdvance(text);
        const int width = std::min(wanted, room.width() - arrow - kGap);
        const bool isRight = alignment.testFlag(Qt::AlignRight);
        const int x = isRight ? room.right() - arrow : room.left() + width + kGap;
        paintIcon(*painter,
                  {x, rect.top(), arrow, rect.height()},
                  sortIndicatorOrder() == Qt::DescendingOrder ? QStringLiteral("chevron_down")
                                                              : QStringLiteral("chevron_up"),
                  theme().color(Color::TextSecondary),
                  kArrow);
        room.adjust(0, 0, isRight ? -arrow - kGap : 0, 0);
        room.setWidth(std::min(room.width(), isRight ? room.width() : width + 1));
    }
    paintText(*painter,
              room,
              text,
              headerFont(),
              sortsBy(section) ? Color::Text : Color::TextSecondary,
              alignment & Qt::AlignHorizontal_Mask,
              Qt::ElideRight);
}

QSize HeaderView::sectionSizeFromContents(int section) const
{
    const QString text = model()->headerData(section, orientation()).toString();
    const QRect wide(0, 0, 1000, 10);
    const int padding = wide.width() - contentRect(wide, section).width();
    // Room for the arrow always, so that sorting moves nothing.
    const int arrow = isSortIndicatorShown() ? theme().px(kArrow) + kGap : 0;
    return {QFontMetrics(headerFont()).horizontalAdvance(text) + padding + arrow + 2,
            theme().height(Size::TableHeader)};
}

} // namespace ui::widgets
