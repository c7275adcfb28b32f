// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/list_view.h"

#include "ui/theme/theme.h"
#include "ui/widgets/list_row_delegate.h"

namespace ui::widgets {

ListView::ListView(QWidget* parent) : QListView(parent)
{
    setItemDelegate(new ListRowDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setUniformItemSizes(true);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    viewport()->setAutoFillBackground(false);
    connect(&theme(), &Theme::changed, this, [this] { doItemsLayout(); });
}

void ListView::setModel(QAbstractItemModel* model)
{
    QListView::setModel(model);
    if (selectionModel()) {
        connect(selectionModel(),
                &QItemSelectionModel::currentRowChanged,
                this,
                &ListView::currentRowChanged);
    }
}

} // namespace ui::widgets
