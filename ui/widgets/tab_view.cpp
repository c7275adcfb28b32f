// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tab_view.h"

#include "ui/widgets/separator.h"
#include "ui/widgets/tab_bar.h"

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui::widgets {

TabView::TabView(QWidget* parent)
    : QWidget(parent), m_bar(new TabBar), m_pages(new QStackedWidget), m_corner(new QHBoxLayout)
{
    auto* top = new QHBoxLayout;
    // With the tabs' own padding the first word stands at the card's padding.
    top->setContentsMargins(6, 0, 12, 0);
    top->addWidget(m_bar, 1);
    top->addLayout(m_corner);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(new Separator);
    layout->addWidget(m_pages, 1);
    connect(m_bar, &QTabBar::currentChanged, this, [this](int index) {
        m_pages->setCurrentIndex(index);
        Q_EMIT currentChanged(index);
    });
}

int TabView::addTab(QWidget* page, const QString& title, const QString& id)
{
    // The page first: adding the first tab makes it current at once.
    m_pages->addWidget(page);
    m_ids << id;
    return m_bar->addTab(title);
}

void TabView::setCount(int index, int count)
{
    m_bar->setCount(index, count);
}

void TabView::setTabVisible(int index, bool visible)
{
    m_bar->setTabVisible(index, visible);
}

int TabView::count() const
{
    return m_bar->count();
}

int TabView::currentIndex() const
{
    return m_bar->currentIndex();
}

void TabView::setCurrentIndex(int index)
{
    m_bar->setCurrentIndex(index);
}

QString TabView::currentId() const
{
    return m_ids.value(currentIndex());
}

void TabView::setCurrentId(const QString& id)
{
    if (const qsizetype index = m_ids.indexOf(id); index >= 0) {
        setCurrentIndex(int(index));
    }
}

QWidget* TabView::page(int index) const
{
    return m_pages->widget(index);
}

void TabView::addCornerWidget(QWidget* widget)
{
    m_corner->addWidget(widget, 0, Qt::AlignVCenter);
}

} // namespace ui::widgets
