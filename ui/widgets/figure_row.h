// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Figure tiles side by side, of equal width, with lines between them.
#pragma once

#include <QFrame>
#include <QList>

class QHBoxLayout;

namespace ui::widgets {

class FigureTile;

class FigureRow : public QFrame
{
    Q_OBJECT

public:
    explicit FigureRow(QWidget* parent = nullptr);

    FigureTile* addTile(const QString& caption);
    FigureTile* tile(int index) const { return m_tiles.at(index); }
    int count() const { return int(m_tiles.size()); }

private:
    QHBoxLayout* m_layout;
    QList<FigureTile*> m_tiles;
};

} // namespace ui::widgets
