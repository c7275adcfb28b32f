// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/page_stack.h"

#include <QDebug>

#include <algorithm>

namespace ui::shell {

PageStack::PageStack(const std::vector<PageEntry>& pages, PageContext& context, QWidget* parent)
    : QStackedWidget(parent), m_pages(pages), m_context(context)
{
}

bool PageStack::go(const Destination& destination)
{
    const auto entry =
        std::find_if(m_pages.begin(), m_pages.end(), [&](const PageEntry& candidate) {
            return destination.page == QLatin1String(candidate.id);
        });
    if (entry == m_pages.end()) {
        qWarning() << "There is no page" << destination.page;
        return false;
    }
    Page*& page = m_made[destination.page];
    if (page == nullptr) {
        page = entry->make(m_context).release();
        addWidget(page);
    }
    m_current = destination;
    setCurrentWidget(page);
    Q_EMIT shown(page);
    page->open(destination);
    return true;
}

Page* PageStack::currentPage() const
{
    return qobject_cast<Page*>(currentWidget());
}

Page* PageStack::page(const QString& id) const
{
    const auto found = m_made.find(id);
    return found == m_made.end() ? nullptr : found->second;
}

void PageStack::clear()
{
    for (const auto& [id, page] : m_made) {
        Q_EMIT aboutToDestroy(page);
        removeWidget(page);
        delete page;
    }
    m_made.clear();
}

} // namespace ui::shell
