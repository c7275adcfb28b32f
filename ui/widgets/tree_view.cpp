// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tree_view.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/header_view.h"
#include "ui/widgets/row_delegate.h"

#include <QMouseEvent>
#include <QPainter>

namespace ui::widgets {
namespace {

constexpr int kIndent = 16;
constexpr int kChevron = 14;

} // namespace

TreeView::TreeView(QWidget* parent) : QTreeView(parent)
{
    auto* rows = new RowDelegate(this);
    rows->setCompact(true);
    setItemDelegate(rows);
    setHeader(new HeaderView(this));
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setUniformRowHeights(true);
    setTextElideMode(Qt::ElideMiddle);
    setAnimated(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    viewport()->setAutoFillBackground(false);
    setIndentation(theme().px(kIndent));
    connect(&theme(), &Theme::changed, this, [this] {
        setIndentation(theme().px(kIndent));
        doItemsLayout();
    });
}

bool TreeView::isHovered(const QModelIndex& index) const
{
    return m_hovered.isValid() && m_hovered == index.siblingAtColumn(0);
}

bool TreeView::viewportEvent(QEvent* event)
{
    QModelIndex hovered = m_hovered;
    if (event->type() == QEvent::MouseMove) {
        hovered = indexAt(static_cast<QMouseEvent*>(event)->pos()).siblingAtColumn(0);
    } else if (event->type() == QEvent::Leave) {
        hovered = QModelIndex();
    }
    if (m_hovered != hovered) {
        m_hovered = hovered;
        viewport()->update();
    }
    return QTreeView::viewportEvent(event);
}

// Hover, selection and line go under the branches too.
void TreeView::drawRow(QPainter* painter,
                       const QStyleOptionViewItem& option,
                       const QModelIndex& index) const
{
    const bool isSelected =
        selectionModel() && selectionModel()->isRowSelected(index.row(), index.parent());
    if (isSelected || isHovered(index)) {
        painter->fillRect(option.rect, theme().color(isSelected ? Color::Selected : Color::Hover));
    }
    const QRect rect = option.rect;
    painter->fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme().color(Color::Line));
    QTreeView::drawRow(painter, option, index);
}

void TreeView::drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const
{
    if (!model()->hasChildren(index)) {
        return;
    }
    const int width = indentation();
    const QRect own(rect.right() + 1 - width, rect.top(), width, rect.height());
    paintIcon(*painter,
              own,
              isExpanded(index) ? QStringLiteral("chevron_down") : QStringLiteral("chevron_right"),
              theme().color(Color::TextSecondary),
              kChevron);
}

} // namespace ui::widgets
