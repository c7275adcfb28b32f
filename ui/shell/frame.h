// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Everything in the window: sidebar, top bar, pages, job bar, and what lies over them. Its texts
// are those of the language it was made in; the window makes another when the language changes.
#pragma once

#include "ui/page/page.h"
#include "ui/shell/page_registry.h"

#include <QWidget>

#include <vector>

namespace ui::shell {

class CommandPalette;
class Commands;
class JobBar;
class JobBarView;
class Notices;
class PageStack;
class Sidebar;
class TopBar;

class Frame : public QWidget
{
    Q_OBJECT

public:
    // `pages` and `context` outlive it.
    Frame(const std::vector<PageEntry>& pages, PageContext& context, QWidget* window);
    ~Frame() override;

    PageStack& pages() const { return *m_stack; }
    Commands& commands() const { return *m_commands; }
    // Asks for files, or a folder, and adds them.
    void importFiles();
    void importFolder();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();
    void connectParts();
    void addCommands();
    void addLookCommands();
    void showPalette();

    const std::vector<PageEntry>& m_pages;
    PageContext& m_context;
    Sidebar* m_sidebar;
    TopBar* m_topBar;
    Notices* m_notices;
    PageStack* m_stack;
    JobBarView* m_jobBarView;
    JobBar* m_jobBar;
    Commands* m_commands;
    CommandPalette* m_palette;
};

} // namespace ui::shell
