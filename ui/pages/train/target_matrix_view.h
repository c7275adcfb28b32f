// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The matrix on the screen: click, drag and headers select; digits set the rank of what is
// selected, 0 or Space switches on and off, Del resets; a double click switches one cell.
#pragma once

#include <QElapsedTimer>
#include <QTableView>

namespace ui::widgets {
class PlainLabel;
}

namespace ui::pages::train {

class MatrixHeader;
class TargetMatrixModel;

class TargetMatrixView : public QTableView
{
    Q_OBJECT

public:
    // `sums`: shows the row of sums alone, locked below the other view.
    enum class Part { Cells, Sums };

    TargetMatrixView(TargetMatrixModel& model, Part part, QWidget* parent = nullptr);

    // Selected cells that are modules.
    QModelIndexList selectedCells() const;
    // Columns and rows as wide as `other`'s.
    void alignTo(const TargetMatrixView& other);
    int headerWidth() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void selectionEdited();
    // Sections have new sizes.
    void arranged();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void selectionChanged(const QItemSelection& selected,
                          const QItemSelection& deselected) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void arrange();
    bool typeDigit(int digit);

    TargetMatrixModel& m_model;
    Part m_part;
    MatrixHeader* m_header = nullptr;
    widgets::PlainLabel* m_corner = nullptr; // names the rows
    QElapsedTimer m_sinceDigit;
    int m_typed = 0;
    int m_typing = 0; // number of the run of digits, for the undo stack
    bool m_isArranging = false;
};

} // namespace ui::pages::train
