// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the list of methods: a heading for each group; a method as its name with the paper beside
// it and the share at the right, a line of summary below.
#pragma once

#include <QStyledItemDelegate>

namespace ui::pages::train {

class MethodPicker;

class MethodDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit MethodDelegate(MethodPicker* picker);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintHeading(QPainter& painter, const QRect& rect, const QModelIndex& index) const;
    void paintMethod(QPainter& painter, const QRect& rect, const QModelIndex& index) const;

    MethodPicker* m_picker;
};

} // namespace ui::pages::train
