// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/combo_box.h"

#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/popup_delegate.h"

#include <QAbstractItemView>
#include <QLineEdit>
#include <QPainter>
#include <QStyleOptionComboBox>
#include <QStylePainter>

namespace ui::widgets {
namespace {

// Choices whose width the popup follows.
constexpr int kMostMeasured = 200;

constexpr int kGap = 8;
constexpr int kLeast = 6;
constexpr int kLeastTrailing = 24;

} // namespace

ComboBox::ComboBox(QWidget* parent) : QComboBox(parent)
{
    setItemDelegate(new PopupDelegate(this));
    // Thousands of choices are not measured one by one.
    if (auto* list = qobject_cast<QListView*>(view())) {
        list->setUniformItemSizes(true);
    }
    setMaxVisibleItems(14);
    // Long names must not widen a form: the text elides instead.
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(kLeast);
    connect(&theme(), &Theme::changed, this, [this] { updateGeometry(); });
}

void ComboBox::setTrailingText(const QString& text)
{
    m_trailing = text;
    update();
}

bool ComboBox::setCurrentData(const QVariant& data)
{
    const int index = findData(data);
    if (index >= 0) {
        setCurrentIndex(index);
    }
    return index >= 0;
}

void ComboBox::showPopup()
{
    // As wide as its longest choice, at least as the field, at most thrice that.
    int widest = width();
    for (int i = 0; i < std::min(count(), kMostMeasured); ++i) {
        widest = std::max(
            widest,
            view()->sizeHintForIndex(model()->index(i, modelColumn(), rootModelIndex())).width());
    }
    view()->setMinimumWidth(std::min(widest, 3 * std::max(width(), theme().px(120))));
    QComboBox::showPopup();
}

void ComboBox::paintEvent(QPaintEvent*)
{
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    if (isEditable()) {
        return;
    }
    QRect room =
        style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    if (!option.currentIcon.isNull()) {
        const int side = iconSize().width();
        const QRect box(room.left(), room.top() + (room.height() - side) / 2, side, side);
        option.currentIcon.paint(
            &painter, box, Qt::AlignCenter, isEnabled() ? QIcon::Normal : QIcon::Disabled);
        room.setLeft(box.right() + 1 + kGap);
    }
    const int wanted = fontMetrics().horizontalAdvance(firstLine(currentText())) + kGap;
    const int trailingRoom = room.width() - wanted;
    if (!m_trailing.isEmpty() && trailingRoom > theme().px(kLeastTrailing)) {
        painter.setFont(theme().font(Type::Small));
        const QString trailing = firstLine(m_trailing);
        // The advance is rounded: one more, or the whole text would be elided.
        const int width =
            std::min(painter.fontMetrics().horizontalAdvance(trailing) + 1, trailingRoom);
        painter.setPen(theme().color(isEnabled() ? Color::TextTertiary : Color::TextDisabled));
        const QRect end = room.adjusted(room.width() - width, 0, 0, 0);
        painter.drawText(end,
                         Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine,
                         painter.fontMetrics().elidedText(trailing, Qt::ElideRight, width));
        room.setRight(end.left() - kGap);
    }
    const bool hasText = currentIndex() >= 0;
    painter.setFont(font());
    painter.setPen(theme().color(!isEnabled() ? Color::TextDisabled
                                 : hasText    ? Color::Text
                                              : Color::TextTertiary));
    const QString shown = firstLine(hasText ? currentText() : placeholderText());
    painter.drawText(room,
                     Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(shown, Qt::ElideRight, room.width()));
}

} // namespace ui::widgets
