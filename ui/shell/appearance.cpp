// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/appearance.h"

#include "app/base/settings.h"
#include "ui/theme/theme.h"

namespace ui::shell {

Appearance::Appearance(app::Settings& settings,
                       const QString& theme,
                       const QString& language,
                       QObject* parent)
    : QObject(parent)
{
    useTheme(theme.isEmpty() ? settings.get(app::kTheme) : theme);
    useLanguage(language.isEmpty() ? settings.get(app::kLanguage) : language);
    connect(&settings, &app::Settings::changed, this, [this, &settings](const QString& key) {
        if (key == QLatin1String(app::kTheme.key)) {
            useTheme(settings.get(app::kTheme));
        } else if (key == QLatin1String(app::kLanguage.key)) {
            useLanguage(settings.get(app::kLanguage));
        }
    });
}

void Appearance::useTheme(const QString& name)
{
    theme().setScheme(name == QLatin1String("dark")    ? Theme::Scheme::Dark
                      : name == QLatin1String("light") ? Theme::Scheme::Light
                                                       : Theme::Scheme::System);
}

void Appearance::useLanguage(const QString& code)
{
    m_languages.use(code);
}

} // namespace ui::shell
