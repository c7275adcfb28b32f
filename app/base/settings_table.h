// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Every setting of the studio, declared once: key, default, label, help, group, range or choices.
// Storage, the change signal and the row on the Settings page follow from its line here.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <QVariant>

#include <vector>

namespace app {

// The card a setting stands in; State is remembered, not shown (window, splitters, columns).
enum class SettingGroup { Appearance, Folders, Device, Privacy, Runs, State };

// How the Settings page draws it.
enum class SettingKind { Choice, Language, Switch, Number, Folders, Device, Threads, Hidden };

// Label and help are English here; settingLabel() and settingHelp() translate them.
struct SettingChoice
{
    const char* value;
    const char* label;
};

struct SettingInfo
{
    const char* key;
    SettingGroup group;
    SettingKind kind;
    QVariant defaultValue;
    const char* label = "";
    const char* help = "";
    std::vector<SettingChoice> choices = {};
    double minimum = 0; // of a number, both inclusive
    double maximum = 0;
    const char* unit = "";
};

// A key with the C++ type of its value: QString, QStringList, bool, int, double or QByteArray.
template <typename T>
struct Setting
{
    const char* key;
};

inline constexpr Setting<QString> kTheme{"appearance/theme"};          // system, light, dark
inline constexpr Setting<QString> kLanguage{"appearance/language"};    // system, or a code: en, ko
inline constexpr Setting<QString> kDensity{"appearance/density"};      // comfortable, compact
inline constexpr Setting<QStringList> kModelFolders{"folders/models"}; // searched for bases
inline constexpr Setting<QString> kDevice{"device/device"};      // auto, or an id of the catalogue
inline constexpr Setting<int> kThreads{"device/threads"};        // 0 = all physical cores
inline constexpr Setting<QString> kCloseAction{"runs/on_close"}; // ask, continue, stop
inline constexpr Setting<int> kMinimumFreeDisk{"runs/min_free_disk"}; // MB
inline constexpr Setting<QByteArray> kWindowGeometry{"state/window_geometry"};
inline constexpr Setting<bool> kSidebarCollapsed{"state/sidebar_collapsed"};
inline constexpr Setting<QString> kLastFolder{"state/last_folder"}; // of file dialogs
inline constexpr Setting<QString> kLastPage{"state/last_page"};

// In the order in which the Settings page shows them.
const std::vector<SettingInfo>& settingsTable();
// The declaration of a key; null for one that is not in the table.
const SettingInfo* findSetting(const QString& key);

// In the language of the studio.
QString settingLabel(const SettingInfo& info);
QString settingHelp(const SettingInfo& info);
QString settingUnit(const SettingInfo& info);
QString choiceLabel(const SettingChoice& choice);
QString groupLabel(SettingGroup group);

} // namespace app
