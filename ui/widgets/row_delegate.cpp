// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/row_delegate.h"

#include "ui/theme/figures.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/tree_view.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace ui::widgets {
namespace {

constexpr int kPadding = 8;
// The first and last columns stand at the card's own padding.
constexpr int kEdgePadding = 16;
constexpr int kIcon = 16;
constexpr int kIconGap = 8;
constexpr qsizetype kLongestToolTip = 2000;

bool isRowHovered(const QStyleOptionViewItem& option, const QModelIndex& index)
{
    if (const auto* table = qobject_cast<const TableView*>(option.widget)) {
        return table->hoveredRow() == index.row();
    }
    if (const auto* tree = qobject_cast<const TreeView*>(option.widget)) {
        return tree->isHovered(index);
    }
    return option.state.testFlag(QStyle::State_MouseOver);
}

QRect contentRect(const QStyleOptionViewItem& option, const QModelIndex& index)
{
    const bool isFirst = index.column() == 0;
    const bool isLast = index.column() == index.model()->columnCount(index.parent()) - 1;
    // A tree's first column begins after its branches.
    const bool isTree = qobject_cast<const TreeView*>(option.widget) && isFirst;
    const int left = isTree ? 0 : isFirst ? kEdgePadding : kPadding;
    return option.rect.adjusted(
        theme().px(left), 0, -theme().px(isLast ? kEdgePadding : kPadding), 0);
}

QFont fontAt(const QModelIndex& index)
{
    const bool isStrong = index.data(StrongRole).toBool();
    if (index.data(MonoRole).toBool()) {
        return theme().font(Type::Mono);
    }
    QFont font = theme().font(Type::Body);
    if (isStrong) {
        font.setWeight(QFont::Medium);
    }
    return font;
}

bool isFigure(const QString& text)
{
    return text.size() < 64
           && std::any_of(text.begin(), text.end(), [](QChar c) { return c.isDigit(); });
}

} // namespace

void paintText(QPainter& painter,
               const QRect& rect,
               const QString& text,
               const QFont& font,
               Color color,
               Qt::Alignment alignment,
               Qt::TextElideMode mode)
{
    painter.setFont(font);
    painter.setPen(theme().color(color));
    const QString line = firstLine(text);
    const bool isRight = alignment.testFlag(Qt::AlignRight);
    if (isRight && isFigure(line) && figuresWidth(QFontMetricsF(font), line) <= rect.width()) {
        paintFigures(painter, rect, line, Qt::AlignRight);
        return;
    }
    const QString shown = QFontMetrics(font).elidedText(line, mode, rect.width());
    painter.drawText(rect, int(alignment | Qt::AlignVCenter) | Qt::TextSingleLine, shown);
}

QString plainToolTip(const QString& text)
{
    if (text.isEmpty()) {
        return {};
    }
    const QString shown =
        text.size() > kLongestToolTip ? text.left(kLongestToolTip) + QChar(0x2026) : text;
    // Escaped markup in an element of our own: Qt guesses no longer, and long lines wrap.
    return QLatin1String("<p style='white-space:pre-wrap; margin:0'>") + shown.toHtmlEscaped()
           + QLatin1String("</p>");
}

Tone toneAt(const QModelIndex& index, int role, Tone fallback)
{
    const QVariant tone = index.data(role);
    return tone.isValid() ? Tone(tone.toInt()) : fallback;
}

RowDelegate::RowDelegate(QObject* parent) : QStyledItemDelegate(parent)
{
}

void RowDelegate::paint(QPainter* painter,
                        const QStyleOptionViewItem& option,
                        const QModelIndex& index) const
{
    painter->save();
    painter->setClipRect(option.rect);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    if (isSelected || isRowHovered(option, index)) {
        painter->fillRect(option.rect, theme().color(isSelected ? Color::Selected : Color::Hover));
    }
    const QRect rect = option.rect;
    painter->fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme().color(Color::Line));
    QStyleOptionViewItem copy = option;
    copy.index = index;
    paintContent(*painter, contentRect(option, index), copy, index);
    paintFocus(*painter, option);
    painter->restore();
}

// The current cell shows only while the keyboard is in use; the selection is enough otherwise.
void RowDelegate::paintFocus(QPainter& painter, const QStyleOptionViewItem& option) const
{
    if (option.state.testFlag(QStyle::State_HasFocus)
        && option.state.testFlag(QStyle::State_KeyboardFocusChange)) {
        paintRoundedBox(painter,
                        option.rect.adjusted(1, 1, -1, -2),
                        Qt::transparent,
                        theme().color(Color::Accent),
                        4,
                        2);
    }
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QRect wide(0, 0, 1000, rowHeight());
    QStyleOptionViewItem copy = option;
    copy.rect = wide;
    const int padding = wide.width() - contentRect(copy, index).width();
    return {contentWidth(option, index) + padding, rowHeight()};
}

bool RowDelegate::helpEvent(QHelpEvent* event,
                            QAbstractItemView* view,
                            const QStyleOptionViewItem& option,
                            const QModelIndex& index)
{
    if (event->type() != QEvent::ToolTip) {
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    }
    const QString own = index.data(Qt::ToolTipRole).toString();
    const bool isCut = contentWidth(option, index) > contentRect(option, index).width();
    const QString text = !own.isEmpty() ? own : isCut ? fullText(index) : QString();
    QToolTip::showText(event->globalPos(), plainToolTip(text), view, option.rect);
    return true;
}

void RowDelegate::paintContent(QPainter& painter,
                               const QRect& rect,
                               const QStyleOptionViewItem& option,
                               const QModelIndex& index) const
{
    QRect room = rect;
    const Color ink = colorOf(toneAt(index, ToneRole, Tone::Normal));
    const QString iconName = index.data(IconNameRole).toString();
    if (!iconName.isEmpty()) {
        const int side = theme().px(kIcon);
        paintIcon(
            painter, {room.left(), room.top(), side, room.height()}, iconName, theme().color(ink));
        room.setLeft(room.left() + side + theme().px(kIconGap));
    }
    const QVariant aligned = index.data(Qt::TextAlignmentRole);
    const auto alignment =
        aligned.isValid() ? Qt::Alignment(aligned.toInt()) : Qt::Alignment(Qt::AlignLeft);
    const QFont font = fontAt(index);
    const QString text = index.data().toString();
    paintText(
        painter, room, text, font, ink, alignment & Qt::AlignHorizontal_Mask, option.textElideMode);
    const QString chip = index.data(ChipRole).toString();
    if (!chip.isEmpty()) {
        const auto kind = Chip::Kind(index.data(ChipKindRole).toInt());
        const int x = room.left() + QFontMetrics(font).horizontalAdvance(firstLine(text))
                      + theme().px(kIconGap);
        const int height = theme().height(Size::Chip) - 2;
        const QRect box(x, room.center().y() - height / 2, chipWidth(chip, kind), height);
        if (box.right() <= room.right()) {
            paintChip(painter, box, chip, kind);
        }
    }
}

QString RowDelegate::fullText(const QModelIndex& index) const
{
    return index.data().toString();
}

int RowDelegate::contentWidth(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const QString text = firstLine(index.data().toString());
    const QFontMetricsF metrics(fontAt(index));
    double width = isFigure(text) ? figuresWidth(metrics, text) : metrics.horizontalAdvance(text);
    if (!index.data(IconNameRole).toString().isEmpty()) {
        width += theme().px(kIcon + kIconGap);
    }
    if (const QString chip = index.data(ChipRole).toString(); !chip.isEmpty()) {
        width +=
            theme().px(kIconGap) + chipWidth(chip, Chip::Kind(index.data(ChipKindRole).toInt()));
    }
    return int(std::ceil(width)) + 1;
}

int RowDelegate::rowHeight() const
{
    return theme().height(m_isCompact ? Size::TableRowCompact : Size::TableRow);
}

} // namespace ui::widgets
