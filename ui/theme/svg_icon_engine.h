// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Renders one of our SVGs at the size and pixel ratio asked for, in the colour its role has in the
// theme at that moment. Pixmaps are kept until the theme changes.
#pragma once

#include "ui/theme/icon.h"

#include <QIconEngine>

namespace ui {

class SvgIconEngine : public QIconEngine
{
public:
    SvgIconEngine(QString name, IconRole role);

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    QPixmap
    scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override;
    QSize actualSize(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    QIconEngine* clone() const override;
    bool isNull() override { return false; }
    QString iconName() override { return m_name; }

private:
    QColor colorOf(QIcon::Mode mode, QIcon::State state) const;

    QString m_name;
    IconRole m_role;
};

// The colour that a role has in the current theme.
QColor iconColor(IconRole role, QIcon::Mode mode, QIcon::State state);

} // namespace ui
