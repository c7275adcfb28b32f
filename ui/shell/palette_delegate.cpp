// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/palette_delegate.h"

#include "ui/shell/palette_model.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QTextLayout>

#include <algorithm>

namespace ui::shell {

namespace {

constexpr int kPadding = 12;
constexpr int kIcon = 16;

// One line with the matched letters in bold; returns its width.
int paintMatched(QPainter& painter,
                 const QRect& rect,
                 const QString& text,
                 const QList<int>& matched)
{
    QTextLayout layout(text, theme().font(Type::Body));
    QList<QTextLayout::FormatRange> bold;
    for (const int position : matched) {
        QTextCharFormat format;
        format.setFontWeight(QFont::Bold);
        bold.append({position, 1, format});
    }
    layout.setFormats(bold);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    line.setLineWidth(rect.width());
    layout.endLayout();
    painter.setPen(theme().color(Color::Text));
    line.draw(&painter, QPointF(rect.x(), rect.y() + (rect.height() - line.height()) / 2));
    return static_cast<int>(line.naturalTextWidth());
}

} // namespace

void PaletteDelegate::paint(QPainter* painter,
                            const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const int padding = theme().px(kPadding);
    const QRect box = option.rect.adjusted(padding / 2, 0, -padding / 2, 0);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    if (isSelected || option.state.testFlag(QStyle::State_MouseOver)) {
        const double radius = theme().number(QStringLiteral("radius/control"));
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme().color(isSelected ? Color::Selected : Color::Hover));
        painter->drawRoundedRect(box, radius, radius);
    }

    QRect row = box.adjusted(padding, 0, -padding, 0);
    const int side = theme().px(kIcon);
    if (const QString name = index.data(PaletteModel::IconNameRole).toString(); !name.isEmpty()) {
        icon(name).paint(painter,
                         QRect(row.left(), row.center().y() + 1 - side / 2, side, side),
                         Qt::AlignCenter,
                         isSelected ? QIcon::Selected : QIcon::Normal);
    }
    row.setLeft(row.left() + side + padding);

    painter->setFont(theme().font(Type::Small));
    painter->setPen(theme().color(Color::TextTertiary));
    const QString keys = index.data(PaletteModel::KeysRole).toString();
    const QString right = keys.isEmpty() ? index.data(PaletteModel::KindRole).toString() : keys;
    painter->drawText(row, int(Qt::AlignVCenter | Qt::AlignRight), right);
    row.setRight(row.right() - painter->fontMetrics().horizontalAdvance(right) - padding);

    const QString text = index.data().toString();
    const QFontMetrics metrics(theme().font(Type::Body));
    const QString shown = metrics.elidedText(text, Qt::ElideRight, row.width());
    QList<int> matched = index.data(PaletteModel::PositionsRole).value<QList<int>>();
    // Beyond the ellipsis nothing is left to mark.
    const qsizetype kept = shown == text ? text.size() : shown.size() - 1;
    matched.removeIf([kept](int position) { return position >= kept; });
    const int used = paintMatched(*painter, row, shown, matched);
    row.setLeft(row.left() + used + padding);
    if (const QString detail = index.data(PaletteModel::DetailRole).toString();
        !detail.isEmpty() && row.width() > 4 * padding) {
        painter->setFont(theme().font(Type::Small));
        painter->setPen(theme().color(Color::TextTertiary));
        painter->drawText(row,
                          int(Qt::AlignVCenter | Qt::AlignLeft),
                          painter->fontMetrics().elidedText(detail, Qt::ElideMiddle, row.width()));
    }
    painter->restore();
}

QSize PaletteDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    Q_UNUSED(option);
    Q_UNUSED(index);
    return {0, theme().height(Size::TableRow)};
}

} // namespace ui::shell
