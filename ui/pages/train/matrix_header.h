// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The matrix's column header: group brackets (Attention, MLP), then kind and shape. A click selects
// the column.
#pragma once

#include <QHeaderView>

namespace ui::pages::train {

class TargetMatrixModel;

class MatrixHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit MatrixHeader(TargetMatrixModel& model, QWidget* parent = nullptr);

    // The width below which shapes would not fit.
    int minimumCellWidth() const;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;

private:
    QString shapeOf(int section) const;
    void paintBrackets(QPainter& painter) const;

    TargetMatrixModel& m_model;
};

} // namespace ui::pages::train
