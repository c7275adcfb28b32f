// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/settings_history.h"

#include "app/base/settings.h"

namespace ui::pages::settings {

SettingsHistory::SettingsHistory(app::Settings& settings, QObject* parent)
    : QObject(parent), m_settings(settings)
{
    for (const app::SettingInfo& info : app::settingsTable()) {
        if (info.group != app::SettingGroup::State) {
            m_values.insert(QLatin1String(info.key), settings.value(QLatin1String(info.key)));
        }
    }
    connect(&settings, &app::Settings::changed, this, &SettingsHistory::note);
}

QString SettingsHistory::nextLabel() const
{
    if (m_steps.isEmpty()) {
        return {};
    }
    const QList<Change>& step = m_steps.constLast();
    if (step.size() > 1) {
        return tr("all settings");
    }
    const app::SettingInfo* info = app::findSetting(step.constFirst().key);
    return info ? app::settingLabel(*info) : QString();
}

void SettingsHistory::undo()
{
    if (m_steps.isEmpty()) {
        return;
    }
    m_isUndoing = true;
    for (const Change& change : m_steps.takeLast()) {
        m_settings.setValue(change.key, change.before);
    }
    m_isUndoing = false;
    Q_EMIT changed();
}

void SettingsHistory::resetAll()
{
    m_steps.append(QList<Change>());
    m_isOneStep = true;
    m_settings.resetAll();
    m_isOneStep = false;
    if (m_steps.constLast().isEmpty()) {
        m_steps.removeLast();
    }
    Q_EMIT changed();
}

void SettingsHistory::note(const QString& key)
{
    if (!m_values.contains(key)) {
        return;
    }
    const QVariant before = std::exchange(m_values[key], m_settings.value(key));
    if (m_isUndoing) {
        return;
    }
    if (m_isOneStep) {
        m_steps.last().append({key, before});
        return;
    }
    // A slider's way through many values is one change.
    const bool isSame = !m_steps.isEmpty() && m_steps.constLast().size() == 1
                        && m_steps.constLast().constFirst().key == key;
    if (!isSame) {
        m_steps.append({{key, before}});
    }
    Q_EMIT changed();
}

} // namespace ui::pages::settings
