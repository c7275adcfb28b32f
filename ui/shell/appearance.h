// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Puts the theme and the language of the settings in use, at the start and whenever they change.
#pragma once

#include "app/base/languages.h"

#include <QObject>
#include <QString>

namespace app {
class Settings;
}

namespace ui::shell {

class Appearance : public QObject
{
    Q_OBJECT

public:
    // `theme` and `language` hold for this start instead of the settings, until those change; empty
    // = the settings. The settings outlive it.
    Appearance(app::Settings& settings,
               const QString& theme,
               const QString& language,
               QObject* parent = nullptr);

    void useTheme(const QString& name);
    void useLanguage(const QString& code);
    const QString& language() const { return m_languages.current(); }

private:
    app::Languages m_languages;
};

} // namespace ui::shell
