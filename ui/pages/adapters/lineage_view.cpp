// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/lineage_view.h"

#include "ui/pages/adapters/lineage_item.h"
#include "ui/theme/theme.h"

#include <QGraphicsPathItem>
#include <QKeyEvent>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace ui::pages::adapters {

namespace {

// Of the visual language.
constexpr double kNodeWidth = 152;
constexpr double kNodeHeight = 48;
constexpr double kColumnGap = 34;
constexpr double kTightColumnGap = 20; // where that spares a scroll bar
constexpr double kRowGap = 16;
constexpr double kArrow = 4;
constexpr int kRing = 4; // of the focused node, around it
// More rows than this scroll.
constexpr int kMostRows = 5;

QPainterPath edgePath(const QPointF& from, const QPointF& to)
{
    const double bend = std::max(12.0, (to.x() - from.x()) / 2);
    QPainterPath path(from);
    path.cubicTo(from + QPointF(bend, 0), to - QPointF(bend, 0), to);
    path.moveTo(to + QPointF(-kArrow, -kArrow));
    path.lineTo(to);
    path.lineTo(to + QPointF(-kArrow, kArrow));
    return path;
}

} // namespace

LineageView::LineageView(QWidget* parent) : QGraphicsView(parent)
{
    setScene(new QGraphicsScene(this));
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setAlignment(Qt::AlignLeft | Qt::AlignTop);
    setBackgroundBrush(Qt::NoBrush);
    viewport()->setAutoFillBackground(false);
    setAccessibleName(tr("Lineage"));
    connect(&theme(), &Theme::changed, this, &LineageView::rebuild);
}

void LineageView::setLineage(const Lineage& lineage)
{
    m_lineage = lineage;
    rebuild();
}

QSizeF LineageView::nodeSize() const
{
    return QSizeF(theme().px(kNodeWidth), theme().px(kNodeHeight));
}

double LineageView::columnGap() const
{
    const double wide = theme().px(kColumnGap);
    const int gaps = m_lineage.columns - 1;
    if (gaps < 1) {
        return wide;
    }
    const double room =
        (viewport()->width() - 2 * kRing - m_lineage.columns * nodeSize().width()) / gaps;
    return room < theme().px(kTightColumnGap) ? wide : std::min(room, wide);
}

// Columns with fewer nodes than the tallest stand in its middle.
QPointF LineageView::placeOf(const LineageNode& node) const
{
    const auto members = std::count_if(
        m_lineage.nodes.begin(), m_lineage.nodes.end(), [&node](const LineageNode& other) {
            return other.place.x() == node.place.x();
        });
    const double row = node.place.y() + double(m_lineage.rows - members) / 2;
    const QSizeF size = nodeSize();
    return {node.place.x() * (size.width() + columnGap()),
            row * (size.height() + theme().px(kRowGap))};
}

void LineageView::rebuild()
{
    scene()->clear();
    m_items.clear();
    const QSizeF size = nodeSize();
    const QPen pen(theme().color(Color::TextTertiary), 1.2);
    for (const LineageEdge& edge : m_lineage.edges) {
        const QPointF from =
            placeOf(m_lineage.nodes[size_t(edge.from)]) + QPointF(size.width(), size.height() / 2);
        const QPointF to =
            placeOf(m_lineage.nodes[size_t(edge.to)]) + QPointF(0, size.height() / 2);
        scene()->addPath(edgePath(from, to), pen);
    }
    QStringList words;
    for (size_t i = 0; i < m_lineage.nodes.size(); ++i) {
        auto* item = new LineageItem(m_lineage.nodes[i], size);
        item->setPos(placeOf(m_lineage.nodes[i]));
        scene()->addItem(item);
        m_items.push_back(item);
        connect(item, &LineageItem::activated, this, [this, i] { activate(int(i)); });
        words << m_lineage.nodes[i].name + QLatin1String(", ") + m_lineage.nodes[i].detail;
    }
    setAccessibleDescription(words.join(QLatin1String("; ")));
    const double width = m_lineage.columns * (size.width() + columnGap()) - columnGap();
    const double rowStep = size.height() + theme().px(kRowGap);
    const double height = m_lineage.rows * rowStep - theme().px(kRowGap);
    scene()->setSceneRect(QRectF(0, 0, width, height).adjusted(-kRing, -kRing, kRing, kRing));
    updateGeometry();
    for (size_t i = 0; i < m_items.size(); ++i) {
        if (m_lineage.nodes[i].isSubject) {
            ensureVisible(m_items[i], kRing, kRing);
        }
    }
}

int LineageView::focusedNode() const
{
    for (size_t i = 0; i < m_items.size(); ++i) {
        if (m_items[i]->hasFocus()) {
            return int(i);
        }
    }
    return -1;
}

QSize LineageView::sizeHint() const
{
    const QRectF rect = scene()->sceneRect();
    const double rowStep = nodeSize().height() + theme().px(kRowGap);
    const double height = std::min(rect.height(), kMostRows * rowStep);
    const bool scrolls = rect.width() > viewport()->width();
    return QSize(int(std::ceil(rect.width())),
                 int(std::ceil(height))
                     + (scrolls ? horizontalScrollBar()->sizeHint().height() : 0));
}

void LineageView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    if (event->size().width() != event->oldSize().width()) {
        rebuild();
    }
}

QSize LineageView::minimumSizeHint() const
{
    return QSize(theme().px(kNodeWidth), sizeHint().height());
}

void LineageView::focusInEvent(QFocusEvent* event)
{
    QGraphicsView::focusInEvent(event);
    if (focusedNode() < 0) {
        for (size_t i = 0; i < m_items.size(); ++i) {
            if (m_lineage.nodes[i].isSubject) {
                m_items[i]->setFocus();
            }
        }
    }
}

void LineageView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        moveFocus(-1, 0);
        break;
    case Qt::Key_Right:
        moveFocus(1, 0);
        break;
    case Qt::Key_Up:
        moveFocus(0, -1);
        break;
    case Qt::Key_Down:
        moveFocus(0, 1);
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        activate(focusedNode());
        break;
    default:
        QGraphicsView::keyPressEvent(event);
    }
}

// To the nearest node in that direction.
void LineageView::moveFocus(int columns, int rows)
{
    const int current = focusedNode();
    if (current < 0) {
        return;
    }
    const QPointF from = m_items[size_t(current)]->pos();
    int best = -1;
    double nearest = 0;
    for (size_t i = 0; i < m_items.size(); ++i) {
        const QPointF way = m_items[i]->pos() - from;
        const double ahead = columns != 0 ? way.x() * columns : way.y() * rows;
        const double aside = std::abs(columns != 0 ? way.y() : way.x());
        if (ahead <= 0 || (rows != 0 && aside > 0)) {
            continue;
        }
        const double distance = ahead + 2 * aside;
        if (best < 0 || distance < nearest) {
            best = int(i);
            nearest = distance;
        }
    }
    if (best >= 0) {
        m_items[size_t(best)]->setFocus();
        ensureVisible(m_items[size_t(best)], 8, 8);
    }
}

void LineageView::activate(int node)
{
    if (node < 0 || !m_items[size_t(node)]->canOpen()) {
        return;
    }
    const LineageNode target = m_lineage.nodes[size_t(node)];
    // Later: who listens may set another lineage, and with it this item goes.
    QMetaObject::invokeMethod(
        this,
        [this, target] {
            if (target.adapter != 0) {
                Q_EMIT adapterActivated(target.adapter);
            } else {
                Q_EMIT baseActivated(target.base);
            }
        },
        Qt::QueuedConnection);
}

} // namespace ui::pages::adapters
