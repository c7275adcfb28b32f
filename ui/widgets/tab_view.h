// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Tabs over pages. The bar is 40 high with a line below; room at its right for a few widgets.
#pragma once

#include <QWidget>

class QHBoxLayout;
class QStackedWidget;

namespace ui::widgets {

class TabBar;

class TabView : public QWidget
{
    Q_OBJECT

public:
    explicit TabView(QWidget* parent = nullptr);

    // Takes the page. `id` names the tab in destinations ("charts"). Returns the index.
    int addTab(QWidget* page, const QString& title, const QString& id = {});
    // Grey number after the title; negative shows none.
    void setCount(int index, int count);
    void setTabVisible(int index, bool visible);
    int count() const;
    int currentIndex() const;
    void setCurrentIndex(int index);
    QString currentId() const;
    // Does nothing if there is no such tab.
    void setCurrentId(const QString& id);
    QWidget* page(int index) const;
    void addCornerWidget(QWidget* widget);
    TabBar* bar() const { return m_bar; }

Q_SIGNALS:
    void currentChanged(int index);

private:
    TabBar* m_bar;
    QStackedWidget* m_pages;
    QHBoxLayout* m_corner;
    QStringList m_ids;
};

} // namespace ui::widgets
