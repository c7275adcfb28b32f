// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "About and support": the bundle to send with a report, rebuilding the library, versions and
// licences.
#pragma once

#include "ui/page/page.h"
#include "ui/pages/settings/settings_section.h"

class QCheckBox;

namespace ui::widgets {
class Button;
class FactList;
class MessageBar;
} // namespace ui::widgets

namespace ui::pages::settings {

class SupportSection final : public SettingsSection
{
    Q_OBJECT

public:
    SupportSection(const QString& title, PageContext& context, QWidget* parent = nullptr);

private:
    QWidget* makeBundle();
    QWidget* makeAbout();
    void chooseBundle();
    void writeBundle(const QString& file);
    void showVersions();
    void tell(bool isGood, const QString& cause, const QString& detail);

    PageContext& m_context;
    QCheckBox* m_withRuns = nullptr;
    widgets::Button* m_make = nullptr;
    widgets::Button* m_rebuild = nullptr;
    SettingRow* m_rebuildRow = nullptr;
    widgets::FactList* m_versions = nullptr;
    widgets::MessageBar* m_result = nullptr;
};

} // namespace ui::pages::settings
