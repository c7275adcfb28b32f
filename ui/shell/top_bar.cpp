// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/top_bar.h"

#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>

namespace ui::shell {

TopBar::TopBar(QWidget* parent)
    : Band(Color::Surface, Qt::BottomEdge, parent),
      m_title(new widgets::PlainLabel({}, Type::Title, Tone::Normal, this)),
      m_fact(new widgets::ElidedLabel({}, Type::Small, Tone::Tertiary, this)),
      m_layout(new QHBoxLayout(this))
{
    const auto applySizes = [this] {
        setFixedHeight(theme().height(Size::TopBar));
        m_layout->setContentsMargins(theme().px(24), 0, theme().px(24), 1);
    };
    m_layout->setSpacing(theme().px(12));
    m_layout->addWidget(m_title);
    m_layout->addWidget(m_fact, 1);
    applySizes();
    connect(&theme(), &Theme::changed, this, applySizes);
}

void TopBar::setPage(Page* page)
{
    if (m_page != nullptr) {
        disconnect(m_page, &Page::headingChanged, this, nullptr);
    }
    m_page = page;
    if (!m_tools.contains(page)) {
        auto* tools = new QWidget(this);
        auto* row = new QHBoxLayout(tools);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(theme().px(8));
        for (QWidget* widget : page->topBarWidgets()) {
            row->addWidget(widget);
        }
        m_layout->addWidget(tools);
        m_tools[page] = tools;
    }
    for (const auto& [owner, tools] : m_tools) {
        tools->setVisible(owner == page);
    }
    connect(page, &Page::headingChanged, this, &TopBar::showHeading);
    showHeading();
}

void TopBar::forget(Page* page)
{
    if (const auto found = m_tools.find(page); found != m_tools.end()) {
        delete found->second;
        m_tools.erase(found);
    }
    if (m_page == page) {
        m_page = nullptr;
    }
}

void TopBar::showHeading()
{
    m_title->setText(m_page->title());
    m_fact->setText(m_page->fact());
}

} // namespace ui::shell
