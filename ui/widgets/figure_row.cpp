// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/figure_row.h"

#include "ui/widgets/figure_tile.h"
#include "ui/widgets/separator.h"

#include <QHBoxLayout>

namespace ui::widgets {

FigureRow::FigureRow(QWidget* parent) : QFrame(parent), m_layout(new QHBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

FigureTile* FigureRow::addTile(const QString& caption)
{
    if (!m_tiles.isEmpty()) {
        m_layout->addWidget(new Separator(Qt::Vertical));
    }
    auto* tile = new FigureTile(caption);
    m_layout->addWidget(tile, 1);
    m_tiles << tile;
    return tile;
}

} // namespace ui::widgets
