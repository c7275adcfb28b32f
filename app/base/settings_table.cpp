// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/settings_table.h"

#include <QCoreApplication>

namespace app {

namespace {

QString translated(const char* english)
{
    return *english == '\0' ? QString() : QCoreApplication::translate("app::Settings", english);
}

std::vector<SettingInfo> makeTable()
{
    using Group = SettingGroup;
    using Kind = SettingKind;
    return {
        {kTheme.key,
         Group::Appearance,
         Kind::Choice,
         QStringLiteral("system"),
         QT_TRANSLATE_NOOP("app::Settings", "Theme"),
         QT_TRANSLATE_NOOP("app::Settings", "Follows the system when it changes"),
         {{"system", QT_TRANSLATE_NOOP("app::Settings", "System")},
          {"light", QT_TRANSLATE_NOOP("app::Settings", "Light")},
          {"dark", QT_TRANSLATE_NOOP("app::Settings", "Dark")}}},
        {kLanguage.key,
         Group::Appearance,
         Kind::Language,
         QStringLiteral("system"),
         QT_TRANSLATE_NOOP("app::Settings", "Language"),
         QT_TRANSLATE_NOOP("app::Settings", "Changes at once, no restart")},
        {kDensity.key,
         Group::Appearance,
         Kind::Choice,
         QStringLiteral("comfortable"),
         QT_TRANSLATE_NOOP("app::Settings", "Density"),
         QT_TRANSLATE_NOOP("app::Settings", "Row height of tables and lists"),
         {{"comfortable", QT_TRANSLATE_NOOP("app::Settings", "Comfortable")},
          {"compact", QT_TRANSLATE_NOOP("app::Settings", "Compact")}}},
        {kModelFolders.key,
         Group::Folders,
         Kind::Folders,
         QStringList(),
         QT_TRANSLATE_NOOP("app::Settings", "Models"),
         QT_TRANSLATE_NOOP("app::Settings", "Searched for bases, never written to")},
        {kDevice.key,
         Group::Device,
         Kind::Device,
         QStringLiteral("auto"),
         QT_TRANSLATE_NOOP("app::Settings", "Train on"),
         QT_TRANSLATE_NOOP("app::Settings", "For new runs; each run can choose another")},
        {kThreads.key,
         Group::Device,
         Kind::Threads,
         0,
         QT_TRANSLATE_NOOP("app::Settings", "CPU threads"),
         QT_TRANSLATE_NOOP("app::Settings", "For new runs; fewer leave more for other programs"),
         {},
         0,
         1024},
        {kCloseAction.key,
         Group::Runs,
         Kind::Choice,
         QStringLiteral("ask"),
         QT_TRANSLATE_NOOP("app::Settings", "When the window closes during a run"),
         QT_TRANSLATE_NOOP("app::Settings", "A stopped run saves a checkpoint first"),
         {{"ask", QT_TRANSLATE_NOOP("app::Settings", "Ask")},
          {"continue", QT_TRANSLATE_NOOP("app::Settings", "Go on")},
          {"stop", QT_TRANSLATE_NOOP("app::Settings", "Stop")}}},
        {kMinimumFreeDisk.key,
         Group::Runs,
         Kind::Number,
         512,
         QT_TRANSLATE_NOOP("app::Settings", "Disk space kept free"),
         QT_TRANSLATE_NOOP("app::Settings", "A new run stops before the drive holds less"),
         {},
         0,
         1000000,
         QT_TRANSLATE_NOOP("app::Settings", "MB")},
        {kWindowGeometry.key, Group::State, Kind::Hidden, QByteArray()},
        {kSidebarCollapsed.key, Group::State, Kind::Hidden, false},
        {kLastFolder.key, Group::State, Kind::Hidden, QString()},
        {kLastPage.key, Group::State, Kind::Hidden, QString()},
    };
}

} // namespace

const std::vector<SettingInfo>& settingsTable()
{
    static const std::vector<SettingInfo> kTable = makeTable();
    return kTable;
}

const SettingInfo* findSetting(const QString& key)
{
    for (const SettingInfo& info : settingsTable()) {
        if (key == QLatin1String(info.key)) {
            return &info;
        }
    }
    return nullptr;
}

QString settingLabel(const SettingInfo& info)
{
    return translated(info.label);
}

QString settingHelp(const SettingInfo& info)
{
    return translated(info.help);
}

QString settingUnit(const SettingInfo& info)
{
    return translated(info.unit);
}

QString choiceLabel(const SettingChoice& choice)
{
    return translated(choice.label);
}

QString groupLabel(SettingGroup group)
{
    switch (group) {
    case SettingGroup::Appearance:
        return QCoreApplication::translate("app::Settings", "Appearance");
    case SettingGroup::Folders:
        return QCoreApplication::translate("app::Settings", "Folders");
    case SettingGroup::Device:
        return QCoreApplication::translate("app::Settings", "Device");
    case SettingGroup::Privacy:
        return QCoreApplication::translate("app::Settings", "Privacy");
    case SettingGroup::Runs:
        return QCoreApplication::translate("app::Settings", "Runs and recovery");
    case SettingGroup::State:
        break;
    }
    return {};
}

} // namespace app
