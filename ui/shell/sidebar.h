// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The left edge of the window: the mark, the search box, the pages, and Collapse. Collapses by
// itself in a narrow window. Says what was chosen and knows nothing of what happens then.
#pragma once

#include "ui/shell/band.h"
#include "ui/shell/page_registry.h"

#include <vector>

class QListView;

namespace app {
class Settings;
}

namespace ui::shell {

class Brand;
class SidebarButton;
class SidebarModel;

class Sidebar : public Band
{
    Q_OBJECT

public:
    // `settings` keeps whether it is collapsed; both outlive the sidebar.
    Sidebar(const std::vector<PageEntry>& pages,
            app::Settings& settings,
            QWidget* parent = nullptr);

    void setCurrent(const QString& pageId);
    // A dot at a page's right: something goes on there.
    void setDot(const QString& pageId, bool isShown);
    bool isCollapsed() const;
    void toggleCollapsed();
    // The width of the window it stands in.
    void setWindowWidth(int width);

Q_SIGNALS:
    void pageChosen(const QString& pageId);
    void searchRequested();

private:
    void apply();
    bool isWindowNarrow() const;

    app::Settings& m_settings;
    SidebarModel* m_model;
    Brand* m_brand;
    SidebarButton* m_search;
    QListView* m_list;
    SidebarButton* m_collapse;
    int m_windowWidth = 0;
    bool m_isExpandedWhileNarrow = false;
    bool m_isSettingCurrent = false;
};

} // namespace ui::shell
