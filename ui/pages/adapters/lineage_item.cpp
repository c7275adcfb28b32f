// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/lineage_item.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/row_delegate.h"

#include <QCursor>
#include <QGraphicsSceneMouseEvent>
#include <QPainter>

namespace ui::pages::adapters {

namespace {

// The chart colours in their order, so that neighbours in a graph differ.
QColor stripeOf(LineageNode::Kind kind)
{
    switch (kind) {
    case LineageNode::Kind::Base:
        return theme().color(Color::TextSecondary);
    case LineageNode::Kind::Trained:
        return theme().series(0).color;
    case LineageNode::Kind::Continued:
        return theme().series(1).color;
    case LineageNode::Kind::ReRanked:
        return theme().series(2).color;
    case LineageNode::Kind::Combined:
        return theme().series(3).color;
    case LineageNode::Kind::Extracted:
        return theme().series(4).color;
    case LineageNode::Kind::Imported:
        return theme().series(5).color;
    case LineageNode::Kind::Unknown:
        break;
    }
    return theme().color(Color::LineStrong);
}

} // namespace

LineageItem::LineageItem(const LineageNode& node, const QSizeF& size) : m_node(node), m_size(size)
{
    setAcceptHoverEvents(true);
    setFlag(ItemIsFocusable);
    setToolTip(widgets::plainToolTip(node.name + QLatin1Char('\n') + node.detail));
    if (canOpen()) {
        setCursor(Qt::PointingHandCursor);
    }
}

bool LineageItem::canOpen() const
{
    return !m_node.isSubject && (m_node.adapter != 0 || !m_node.base.isEmpty());
}

QRectF LineageItem::boundingRect() const
{
    return QRectF(QPointF(0, 0), m_size).adjusted(-4, -4, 4, 4);
}

void LineageItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const Theme& look = theme();
    const QRectF box(QPointF(0, 0), m_size);
    const double radius = look.number(QStringLiteral("radius/control"));
    painter->setRenderHint(QPainter::Antialiasing);
    if (hasFocus()) {
        paintRoundedBox(*painter,
                        box.adjusted(-3, -3, 3, 3),
                        Qt::transparent,
                        look.color(Color::Accent),
                        radius + 3,
                        2);
    }
    const Color fill = m_node.isSubject           ? Color::AccentSoft
                       : m_isHovered && canOpen() ? Color::Hover
                                                  : Color::Surface;
    paintRoundedBox(*painter,
                    box,
                    look.color(fill),
                    look.color(m_node.isSubject ? Color::Accent : Color::LineStrong),
                    radius,
                    m_node.isSubject ? 1.5 : 1);
    painter->setPen(Qt::NoPen);
    painter->setBrush(stripeOf(m_node.kind));
    const double inset = look.px(8);
    painter->drawRoundedRect(QRectF(0, inset, look.px(3), m_size.height() - 2 * inset), 1.5, 1.5);

    const QRect content = box.toRect().adjusted(look.px(14), look.px(5), -look.px(8), -look.px(5));
    const QRect upper(content.topLeft(), QSize(content.width(), content.height() / 2));
    const QRect lower(content.left(), upper.bottom() + 1, content.width(), content.height() / 2);
    const Color ink = m_node.isTrashed || m_node.kind == LineageNode::Kind::Unknown
                          ? Color::TextTertiary
                          : Color::Text;
    widgets::paintText(*painter, upper, m_node.name, look.font(Type::Label), ink);
    widgets::paintText(
        *painter, lower, m_node.detail, look.font(Type::Caption), Color::TextSecondary);
}

void LineageItem::mousePressEvent(QGraphicsSceneMouseEvent* event)
{
    event->accept();
}

void LineageItem::mouseReleaseEvent(QGraphicsSceneMouseEvent* event)
{
    if (contains(event->pos())) {
        Q_EMIT activated();
    }
}

void LineageItem::hoverEnterEvent(QGraphicsSceneHoverEvent*)
{
    m_isHovered = true;
    update();
}

void LineageItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*)
{
    m_isHovered = false;
    update();
}

} // namespace ui::pages::adapters
