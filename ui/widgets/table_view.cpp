// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/table_view.h"

#include "ui/theme/theme.h"
#include "ui/widgets/header_view.h"
#include "ui/widgets/row_delegate.h"

#include <QKeyEvent>
#include <QScrollBar>

namespace ui::widgets {

TableView::TableView(QWidget* parent) : QTableView(parent)
{
    setItemDelegate(new RowDelegate(this));
    setHorizontalHeader(new HeaderView(this));
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setMouseTracking(true);
    setWordWrap(false);
    setTextElideMode(Qt::ElideMiddle); // names differ at their ends
    setTabKeyNavigation(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setCornerButtonEnabled(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    viewport()->setAutoFillBackground(false);
    applyHeights();
    connect(&theme(), &Theme::changed, this, &TableView::applyHeights);
    connect(this, &QAbstractItemView::doubleClicked, this, &TableView::rowActivated);
}

void TableView::setStretchColumn(int column)
{
    QHeaderView* header = horizontalHeader();
    for (int i = 0; i < header->count(); ++i) {
        header->setSectionResizeMode(
            i, i == column ? QHeaderView::Stretch : QHeaderView::ResizeToContents);
    }
}

void TableView::setTwoLines(bool twoLines)
{
    m_hasTwoLines = twoLines;
    applyHeights();
}

void TableView::setFitsContent(bool fits)
{
    m_fitsContent = fits;
    const auto policy = fits ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded;
    setVerticalScrollBarPolicy(policy);
    setSizePolicy(QSizePolicy::Expanding, fits ? QSizePolicy::Fixed : QSizePolicy::Expanding);
    updateGeometry();
}

void TableView::setModel(QAbstractItemModel* model)
{
    QTableView::setModel(model);
    if (model) {
        const auto refit = [this] { updateGeometry(); };
        connect(model, &QAbstractItemModel::rowsInserted, this, refit);
        connect(model, &QAbstractItemModel::rowsRemoved, this, refit);
        connect(model, &QAbstractItemModel::modelReset, this, refit);
    }
}

QSize TableView::sizeHint() const
{
    if (!m_fitsContent || !model()) {
        return QTableView::sizeHint();
    }
    const int header = horizontalHeader()->isHidden() ? 0 : horizontalHeader()->sizeHint().height();
    return {QTableView::sizeHint().width(),
            header + model()->rowCount(rootIndex()) * verticalHeader()->defaultSectionSize()};
}

QSize TableView::minimumSizeHint() const
{
    return m_fitsContent ? QSize(theme().px(120), sizeHint().height())
                         : QTableView::minimumSizeHint();
}

bool TableView::viewportEvent(QEvent* event)
{
    switch (event->type()) {
    case QEvent::MouseMove:
        setHoveredRow(indexAt(static_cast<QMouseEvent*>(event)->pos()).row());
        break;
    case QEvent::Leave:
    case QEvent::Wheel:
        setHoveredRow(-1);
        break;
    default:
        break;
    }
    return QTableView::viewportEvent(event);
}

void TableView::keyPressEvent(QKeyEvent* event)
{
    const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isReturn && currentIndex().isValid()) {
        Q_EMIT rowActivated(currentIndex());
        return;
    }
    QTableView::keyPressEvent(event);
}

void TableView::setHoveredRow(int row)
{
    if (row != m_hoveredRow) {
        m_hoveredRow = row;
        viewport()->update();
    }
}

void TableView::applyHeights()
{
    const int height = theme().height(m_hasTwoLines ? Size::TableRowTwoLines : Size::TableRow);
    verticalHeader()->setMinimumSectionSize(height);
    verticalHeader()->setDefaultSectionSize(height);
    updateGeometry();
    viewport()->update();
}

} // namespace ui::widgets
