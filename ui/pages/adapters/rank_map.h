// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rank map: a cell per layer and kind, coloured by rank. The most frequent rank is blue, lower
// ones green, higher ones orange, as in the target matrix; the tooltip names module and rank.
#pragma once

#include "ui/pages/adapters/rank_grid.h"

#include <QWidget>

namespace ui::pages::adapters {

class RankMap : public QWidget
{
    Q_OBJECT

public:
    explicit RankMap(QWidget* parent = nullptr);

    void setGrid(const RankGrid& grid);
    const RankGrid& grid() const { return m_grid; }
    // "q, layer 3: rank 16" at a point; empty beside the cells.
    QString wordsAt(const QPoint& point) const;
    // The colour a cell of this rank has.
    QColor colorOf(int rank) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    int labelWidth() const;
    int rowHeight() const;
    QRectF cellRect(int kind, int layer) const;

    RankGrid m_grid;
};

} // namespace ui::pages::adapters
