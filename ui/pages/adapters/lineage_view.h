// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Draws a lineage: nodes with a stripe by kind, curved edges from left to right. Tab and the arrow
// keys walk the nodes, Return or a click opens one.
#pragma once

#include "ui/pages/adapters/lineage_layout.h"

#include <QGraphicsView>

namespace ui::pages::adapters {

class LineageItem;

class LineageView : public QGraphicsView
{
    Q_OBJECT

public:
    explicit LineageView(QWidget* parent = nullptr);

    void setLineage(const Lineage& lineage);
    const Lineage& lineage() const { return m_lineage; }
    // The node that keys act on, or -1.
    int focusedNode() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void adapterActivated(qint64 row);
    void baseActivated(const QString& path);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void rebuild();
    void activate(int node);
    void moveFocus(int columns, int rows);
    QSizeF nodeSize() const;
    double columnGap() const;
    QPointF placeOf(const LineageNode& node) const;

    Lineage m_lineage;
    std::vector<LineageItem*> m_items; // owned by the scene
};

} // namespace ui::pages::adapters
