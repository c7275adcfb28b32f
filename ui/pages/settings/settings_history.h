// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The changes made to the settings, to be taken back one by one.
#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QVariant>

namespace app {
class Settings;
}

namespace ui::pages::settings {

class SettingsHistory final : public QObject
{
    Q_OBJECT

public:
    explicit SettingsHistory(app::Settings& settings, QObject* parent = nullptr);

    bool canUndo() const { return !m_steps.isEmpty(); }
    // "Theme": what undo() would take back.
    QString nextLabel() const;
    void undo();
    // All settings to their defaults, as one step.
    void resetAll();

Q_SIGNALS:
    void changed();

private:
    struct Change
    {
        QString key;
        QVariant before;
    };

    void note(const QString& key);

    app::Settings& m_settings;
    QHash<QString, QVariant> m_values;
    QList<QList<Change>> m_steps;
    bool m_isUndoing = false;
    bool m_isOneStep = false;
};

} // namespace ui::pages::settings
