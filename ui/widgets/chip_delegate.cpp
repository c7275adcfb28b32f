// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chip_delegate.h"

#include "ui/theme/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/item_roles.h"

#include <QPainter>

namespace ui::widgets {
namespace {

Chip::Kind kindAt(const QModelIndex& index)
{
    return Chip::Kind(index.data(ChipKindRole).toInt());
}

} // namespace

void ChipDelegate::paintContent(QPainter& painter,
                                const QRect& rect,
                                const QStyleOptionViewItem&,
                                const QModelIndex& index) const
{
    const QString text = index.data(ChipRole).toString();
    if (text.isEmpty()) {
        return;
    }
    const int width = std::min(chipWidth(text, kindAt(index)), rect.width());
    const int height = theme().height(Size::Chip);
    const bool isRight = index.data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight;
    const int x = isRight ? rect.right() + 1 - width : rect.left();
    paintChip(painter,
              {x, rect.top() + (rect.height() - height) / 2, width, height},
              text,
              kindAt(index));
}

QString ChipDelegate::fullText(const QModelIndex& index) const
{
    return index.data(ChipRole).toString();
}

int ChipDelegate::contentWidth(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const QString text = index.data(ChipRole).toString();
    return text.isEmpty() ? 0 : chipWidth(text, kindAt(index));
}

} // namespace ui::widgets
