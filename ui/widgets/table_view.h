// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The table as visual.md draws it: no grid, lines by delegate, whole-row hover and selection,
// header 32, numbers right by the model's alignment. Set other delegates by column.
#pragma once

#include <QTableView>

namespace ui::widgets {

class TableView : public QTableView
{
    Q_OBJECT

public:
    explicit TableView(QWidget* parent = nullptr);

    // One stretching column, the others as wide as their content; call after setModel().
    void setStretchColumn(int column);
    // Row height for two-line cells (44) instead of one line (36).
    void setTwoLines(bool twoLines);
    // The row under the pointer, or -1; delegates paint it.
    int hoveredRow() const { return m_hoveredRow; }
    // As high as its rows, without a scroll bar: for short tables inside a scrolling page.
    void setFitsContent(bool fits);

    void setModel(QAbstractItemModel* model) override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    // Return or double click on a row.
    void rowActivated(const QModelIndex& index);

protected:
    bool viewportEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void setHoveredRow(int row);
    void applyHeights();

    int m_hoveredRow = -1;
    bool m_hasTwoLines = false;
    bool m_fitsContent = false;
};

} // namespace ui::widgets
