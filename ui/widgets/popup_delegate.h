// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A choice in a combo box's list: hover fill, accent check before the current one, plain text.
// SecondLineRole, if there is one, stands quietly at the right.
#pragma once

#include <QStyledItemDelegate>

class QComboBox;

namespace ui::widgets {

class PopupDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit PopupDelegate(QComboBox* combo);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QComboBox* m_combo;
};

} // namespace ui::widgets
