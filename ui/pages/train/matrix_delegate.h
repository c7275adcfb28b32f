// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a cell of the target matrix: the rank is always written; colour says lower, higher or
// default; a ring says selected.
#pragma once

#include <QStyledItemDelegate>

namespace ui::pages::train {

class TargetMatrixModel;

class MatrixDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit MatrixDelegate(TargetMatrixModel& model, QObject* parent = nullptr);

    // Height of a row, the gap included.
    static int rowHeight();
    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    void paintCell(QPainter& painter,
                   const QStyleOptionViewItem& option,
                   const QModelIndex& index) const;
    void
    paintSum(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;

    TargetMatrixModel& m_model;
};

} // namespace ui::pages::train
