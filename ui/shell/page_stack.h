// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The content of the window: one page at a time, each made when it is first visited. Pages are
// given as a list, so that tests can bring their own. GUI thread only.
#pragma once

#include "ui/page/page.h"
#include "ui/shell/page_registry.h"

#include <QStackedWidget>

#include <map>
#include <vector>

namespace ui::shell {

class PageStack : public QStackedWidget
{
    Q_OBJECT

public:
    // `pages` outlives the stack.
    PageStack(const std::vector<PageEntry>& pages, PageContext& context, QWidget* parent = nullptr);

    // Shows the page, made if need be, and hands it the destination. False for an unknown id.
    bool go(const Destination& destination);
    Page* currentPage() const;
    // The last destination of the current page.
    const Destination& current() const { return m_current; }
    // The page if it has been made already.
    Page* page(const QString& id) const;
    // Destroys all pages; the last destination is kept.
    void clear();

Q_SIGNALS:
    void shown(ui::Page* page);
    // The page goes; whoever holds something of it lets go now.
    void aboutToDestroy(ui::Page* page);

private:
    const std::vector<PageEntry>& m_pages;
    PageContext& m_context;
    std::map<QString, Page*> m_made;
    Destination m_current;
};

} // namespace ui::shell
