// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Tabs with an accent underline and grey counts after their words.
#pragma once

#include <QTabBar>

namespace ui::widgets {

class TabBar : public QTabBar
{
    Q_OBJECT

public:
    explicit TabBar(QWidget* parent = nullptr);

    // The number written in grey after the tab's word; negative shows none.
    void setCount(int index, int count);
    int countOf(int index) const;

protected:
    QSize tabSizeHint(int index) const override;
    QSize minimumTabSizeHint(int index) const override { return tabSizeHint(index); }
    void paintEvent(QPaintEvent* event) override;

private:
    QString countText(int index) const;
};

} // namespace ui::widgets
