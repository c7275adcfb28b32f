// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The values of the settings, kept in an ini file. A value that is missing, of another type or out
// of range reads as its default; a damaged file is put aside and the defaults hold. GUI thread
// only.
#pragma once

#include "app/base/settings_table.h"

#include <QObject>
#include <QSettings>
#include <QVariant>

#include <memory>

namespace app {

class Settings : public QObject
{
    Q_OBJECT

public:
    // `file` is made when the first value is set.
    explicit Settings(const QString& file, QObject* parent = nullptr);

    template <typename T>
    T get(const Setting<T>& setting) const
    {
        return value(QLatin1String(setting.key)).template value<T>();
    }
    template <typename T>
    void set(const Setting<T>& setting, const T& newValue)
    {
        setValue(QLatin1String(setting.key), QVariant::fromValue(newValue));
    }

    // The same by key, for code that walks the table. A key outside the table reads as an invalid
    // QVariant and is not written; neither is a value that the declaration refuses.
    QVariant value(const QString& key) const;
    void setValue(const QString& key, const QVariant& newValue);
    bool isDefault(const QString& key) const;
    void reset(const QString& key);
    // Everything that the Settings page shows; the remembered state stays.
    void resetAll();

    // What a view remembers of itself (columns, splitters), under a name of its own:
    // "runs/columns".
    QByteArray viewState(const QString& name) const;
    void setViewState(const QString& name, const QByteArray& state);

    QString fileName() const;
    // The damaged file that was put aside at the start; empty normally.
    const QString& brokenFile() const { return m_brokenFile; }

Q_SIGNALS:
    void changed(const QString& key);

private:
    std::unique_ptr<QSettings> m_store;
    QString m_brokenFile;
};

} // namespace app
