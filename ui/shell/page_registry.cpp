// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/page_registry.h"

#include "ui/pages/adapters/adapters_page.h"
#include "ui/pages/data/data_page.h"
#include "ui/pages/export/export_page.h"
#include "ui/pages/home/home_page.h"
#include "ui/pages/models/models_page.h"
#include "ui/pages/playground/playground_page.h"
#include "ui/pages/runs/runs_page.h"
#include "ui/pages/settings/settings_page.h"
#include "ui/pages/train/train_page.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui::shell {

const std::vector<PageEntry>& pageRegistry()
{
    // clang-format off
    static const std::vector<PageEntry> kPages = {
        {"home", QT_TRANSLATE_NOOP("ui::shell::Pages", "Home"), "home", 0, &pages::home::makePage},
        {"models", QT_TRANSLATE_NOOP("ui::shell::Pages", "Models"), "model", 1, &pages::models::makePage},
        {"data", QT_TRANSLATE_NOOP("ui::shell::Pages", "Data"), "data", 1, &pages::data::makePage},
        {"train", QT_TRANSLATE_NOOP("ui::shell::Pages", "Train"), "train", 1, &pages::train::makePage},
        {"runs", QT_TRANSLATE_NOOP("ui::shell::Pages", "Runs"), "runs", 1, &pages::runs::makePage},
        {"adapters", QT_TRANSLATE_NOOP("ui::shell::Pages", "Adapters"), "adapters", 2, &pages::adapters::makePage},
        {"playground", QT_TRANSLATE_NOOP("ui::shell::Pages", "Playground"), "chat", 2, &pages::playground::makePage},
        {"export", QT_TRANSLATE_NOOP("ui::shell::Pages", "Export"), "export", 2, &pages::exporting::makePage},
        {"settings", QT_TRANSLATE_NOOP("ui::shell::Pages", "Settings"), "settings", 3, &pages::settings::makePage},
    };
    // clang-format on
    return kPages;
}

const PageEntry* findPage(const QString& id)
{
    const std::vector<PageEntry>& pages = pageRegistry();
    const auto found = std::find_if(pages.begin(), pages.end(), [&id](const PageEntry& entry) {
        return id == QLatin1String(entry.id);
    });
    return found == pages.end() ? nullptr : &*found;
}

QString pageName(const PageEntry& entry)
{
    return QCoreApplication::translate("ui::shell::Pages", entry.name);
}

} // namespace ui::shell
