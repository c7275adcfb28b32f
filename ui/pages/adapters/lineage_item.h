// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One node of the lineage: a box with a stripe, a name and a line of small words.
#pragma once

#include "ui/pages/adapters/lineage_layout.h"

#include <QGraphicsObject>

namespace ui::pages::adapters {

class LineageItem final : public QGraphicsObject
{
    Q_OBJECT

public:
    LineageItem(const LineageNode& node, const QSizeF& size);

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;
    // Whether a click leads anywhere.
    bool canOpen() const;

Q_SIGNALS:
    void activated();

protected:
    void mouseReleaseEvent(QGraphicsSceneMouseEvent* event) override;
    void mousePressEvent(QGraphicsSceneMouseEvent* event) override;
    void hoverEnterEvent(QGraphicsSceneHoverEvent* event) override;
    void hoverLeaveEvent(QGraphicsSceneHoverEvent* event) override;

private:
    LineageNode m_node;
    QSizeF m_size;
    bool m_isHovered = false;
};

} // namespace ui::pages::adapters
