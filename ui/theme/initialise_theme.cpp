// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/initialise_theme.h"

#include "ui/theme/focus_ring.h"
#include "ui/theme/icon.h"
#include "ui/theme/studio_style.h"

#include <QApplication>

// The macro may not stand inside a namespace.
static void initialiseResources()
{
    Q_INIT_RESOURCE(theme);
    Q_INIT_RESOURCE(icons);
}

namespace ui {

Theme& initialiseTheme(QApplication& app, Theme::Scheme scheme)
{
    initialiseResources();
    auto* theme = new Theme(app);
    app.setStyle(new StudioStyle);
    app.setEffectEnabled(Qt::UI_AnimateMenu, false);
    app.setEffectEnabled(Qt::UI_AnimateCombo, false);
    app.setEffectEnabled(Qt::UI_AnimateTooltip, false);
    app.setEffectEnabled(Qt::UI_FadeMenu, false);
    app.setEffectEnabled(Qt::UI_FadeTooltip, false);
    theme->setScheme(scheme);
    new FocusRing(app);
    app.setWindowIcon(logo());
    return *theme;
}

} // namespace ui
