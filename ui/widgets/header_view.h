// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The header of tables and trees: 32 high, inset ground, quiet words aligned as their column,
// a chevron after the column that sorts.
#pragma once

#include <QHeaderView>

namespace ui::widgets {

class HeaderView : public QHeaderView
{
    Q_OBJECT

public:
    explicit HeaderView(QWidget* parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;
    QSize sectionSizeFromContents(int section) const override;

private:
    QRect contentRect(const QRect& rect, int section) const;
    bool sortsBy(int section) const;
};

} // namespace ui::widgets
