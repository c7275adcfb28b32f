// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/settings.h"

#include <QFile>

#include <algorithm>

namespace app {

namespace {

QString viewKey(const QString& name)
{
    return QStringLiteral("views/") + name;
}

// The value as the type of the default when the declaration accepts it; invalid otherwise.
QVariant accepted(const SettingInfo& info, const QVariant& value)
{
    QVariant typed = value;
    const QMetaType type = info.defaultValue.metaType();
    if (!value.isValid() || !typed.convert(type)) {
        return {};
    }
    if (!info.choices.empty()) {
        const QString text = typed.toString();
        const bool known = std::any_of(info.choices.begin(), info.choices.end(), [&](auto& choice) {
            return text == QLatin1String(choice.value);
        });
        return known ? typed : QVariant();
    }
    if (info.maximum > info.minimum) {
        const double number = typed.toDouble();
        return number >= info.minimum && number <= info.maximum ? typed : QVariant();
    }
    return typed;
}

} // namespace

Settings::Settings(const QString& file, QObject* parent) : QObject(parent)
{
    m_store = std::make_unique<QSettings>(file, QSettings::IniFormat);
    if (m_store->status() == QSettings::NoError) {
        return;
    }
    m_store.reset();
    const QString aside = file + QStringLiteral(".broken");
    QFile::remove(aside);
    if (QFile::rename(file, aside)) {
        m_brokenFile = aside;
    }
    m_store = std::make_unique<QSettings>(file, QSettings::IniFormat);
}

QVariant Settings::value(const QString& key) const
{
    const SettingInfo* info = findSetting(key);
    if (!info) {
        return {};
    }
    const QVariant stored = accepted(*info, m_store->value(key));
    return stored.isValid() ? stored : info->defaultValue;
}

void Settings::setValue(const QString& key, const QVariant& newValue)
{
    const SettingInfo* info = findSetting(key);
    const QVariant typed = info ? accepted(*info, newValue) : QVariant();
    if (!typed.isValid() || typed == value(key)) {
        return;
    }
    if (typed == info->defaultValue) {
        m_store->remove(key);
    } else {
        m_store->setValue(key, typed);
    }
    Q_EMIT changed(key);
}

bool Settings::isDefault(const QString& key) const
{
    const SettingInfo* info = findSetting(key);
    return !info || value(key) == info->defaultValue;
}

void Settings::reset(const QString& key)
{
    if (const SettingInfo* info = findSetting(key)) {
        setValue(key, info->defaultValue);
    }
}

void Settings::resetAll()
{
    for (const SettingInfo& info : settingsTable()) {
        if (info.group != SettingGroup::State) {
            reset(QLatin1String(info.key));
        }
    }
}

QByteArray Settings::viewState(const QString& name) const
{
    return m_store->value(viewKey(name)).toByteArray();
}

void Settings::setViewState(const QString& name, const QByteArray& state)
{
    if (state != viewState(name)) {
        m_store->setValue(viewKey(name), state);
    }
}

QString Settings::fileName() const
{
    return m_store->fileName();
}

} // namespace app
