// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of the studio in the order of the sidebar. A page is a folder in ui/pages and one line
// in page_registry.cpp; sidebar, shortcuts, command palette, the all-pages test and the screenshots
// follow from it.
#pragma once

#include "ui/page/page.h"

#include <QString>

#include <memory>
#include <vector>

namespace ui::shell {

struct PageEntry
{
    const char* id;
    const char* name; // English; pageName() translates it
    const char* icon;
    int group; // the sidebar draws a line between groups
    std::unique_ptr<Page> (*make)(PageContext& context);
};

const std::vector<PageEntry>& pageRegistry();

// The entry of an id, or nullptr.
const PageEntry* findPage(const QString& id);

// In the language of the studio.
QString pageName(const PageEntry& entry);

} // namespace ui::shell
