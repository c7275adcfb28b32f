// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/setting_control.h"

#include "app/base/languages.h"
#include "app/base/text.h"
#include "app/studio/studio.h"
#include "ui/pages/settings/folders_editor.h"
#include "ui/pages/settings/threads_editor.h"
#include "ui/theme/theme.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/switch.h"

#include <QCoreApplication>
#include <QHBoxLayout>

namespace ui::pages::settings {

namespace {

using app::SettingInfo;
using app::Settings;

struct ControlText
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::settings::SettingControl)
};

constexpr int kComboWidth = 232;
constexpr int kNumberWidth = 120;

// Calls show() now and whenever the setting changes.
template <typename Show>
void follow(QWidget* control, Settings& settings, const char* key, Show show)
{
    show();
    QObject::connect(&settings, &Settings::changed, control, [key, show](const QString& changed) {
        if (changed == QLatin1String(key)) {
            show();
        }
    });
}

QWidget* makeChoice(const SettingInfo& info, Settings& settings)
{
    auto* control = new widgets::SegmentedControl;
    QStringList values;
    for (const app::SettingChoice& choice : info.choices) {
        control->addSegment(app::choiceLabel(choice));
        values.append(QLatin1String(choice.value));
    }
    follow(control, settings, info.key, [control, values, &settings, key = info.key] {
        control->setCurrentIndex(
            int(values.indexOf(settings.value(QLatin1String(key)).toString())));
    });
    QObject::connect(control,
                     &widgets::SegmentedControl::currentChanged,
                     control,
                     [values, &settings, key = info.key](int index) {
                         settings.setValue(QLatin1String(key), values.value(index));
                     });
    return control;
}

widgets::ComboBox* makeCombo(const SettingInfo& info, Settings& settings)
{
    auto* combo = new widgets::ComboBox;
    combo->setMinimumWidth(theme().px(kComboWidth));
    // activated, not currentIndexChanged: filling the list is no choice.
    QObject::connect(
        combo, &QComboBox::activated, combo, [combo, &settings, key = info.key](int index) {
            settings.setValue(QLatin1String(key), combo->itemData(index));
        });
    return combo;
}

QWidget* makeLanguage(const SettingInfo& info, Settings& settings)
{
    auto* combo = makeCombo(info, settings);
    const QString system = app::Languages::resolve(QStringLiteral("system"));
    for (const app::Language& language : app::Languages::all()) {
        if (language.code == system) {
            combo->addItem(ControlText::tr("Like the system: %1").arg(language.nativeName),
                           QStringLiteral("system"));
        }
    }
    for (const app::Language& language : app::Languages::all()) {
        combo->addItem(language.nativeName, language.code);
    }
    follow(combo, settings, info.key, [combo, &settings, key = info.key] {
        combo->setCurrentData(settings.value(QLatin1String(key)));
    });
    return combo;
}

QWidget* makeDevice(const SettingInfo& info, app::Studio& studio)
{
    Settings& settings = studio.settings();
    auto* combo = makeCombo(info, settings);
    const auto fill = [combo, &studio, &settings, key = info.key] {
        const QString chosen = settings.value(QLatin1String(key)).toString();
        combo->clear();
        combo->addItem(ControlText::tr("Best there is"), QStringLiteral("auto"));
        if (const ::engine::contract::Catalog* catalog = studio.engine().catalog()) {
            for (const ::engine::contract::DeviceInfo& device : catalog->devices) {
                combo->addItem(app::qs(device.name), app::qs(device.id));
            }
        }
        // A device that is not there now stays chosen and says so.
        if (!combo->setCurrentData(chosen)) {
            combo->addItem(ControlText::tr("%1, not found").arg(chosen), chosen);
            combo->setCurrentData(chosen);
        }
    };
    follow(combo, settings, info.key, fill);
    QObject::connect(&studio.engine(), &app::engine::EngineService::catalogChanged, combo, fill);
    return combo;
}

QWidget* makeNumber(const SettingInfo& info, Settings& settings)
{
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins({});
    row->setSpacing(theme().px(8));
    auto* field = new widgets::NumberField(widgets::NumberField::Kind::Integer);
    field->setRange(info.minimum, info.maximum);
    field->setFixedWidth(theme().px(kNumberWidth));
    field->setAccessibleName(app::settingLabel(info));
    row->addWidget(field);
    row->addWidget(new widgets::PlainLabel(app::settingUnit(info), Type::Small, Tone::Secondary));
    box->setFocusProxy(field);
    const auto show = [field, &settings, key = info.key] {
        field->setValue(settings.value(QLatin1String(key)).toDouble());
    };
    follow(box, settings, info.key, show);
    QObject::connect(
        field, &widgets::NumberField::committed, field, [field, show, &settings, key = info.key] {
            if (field->isInRange()) {
                settings.setValue(QLatin1String(key), int(*field->value()));
            } else {
                show();
            }
        });
    return box;
}

QWidget* makeSwitch(const SettingInfo& info, Settings& settings)
{
    auto* control = new widgets::Switch;
    follow(control, settings, info.key, [control, &settings, key = info.key] {
        control->setChecked(settings.value(QLatin1String(key)).toBool());
    });
    QObject::connect(
        control, &QAbstractButton::toggled, control, [&settings, key = info.key](bool isOn) {
            settings.setValue(QLatin1String(key), isOn);
        });
    return control;
}

} // namespace

QWidget* makeControl(const SettingInfo& info, app::Studio& studio, Dialogs& dialogs)
{
    switch (info.kind) {
    case app::SettingKind::Choice:
        return makeChoice(info, studio.settings());
    case app::SettingKind::Language:
        return makeLanguage(info, studio.settings());
    case app::SettingKind::Switch:
        return makeSwitch(info, studio.settings());
    case app::SettingKind::Number:
        return makeNumber(info, studio.settings());
    case app::SettingKind::Folders:
        return new FoldersEditor(studio, dialogs);
    case app::SettingKind::Device:
        return makeDevice(info, studio);
    case app::SettingKind::Threads:
        return new ThreadsEditor(studio);
    case app::SettingKind::Hidden:
        break;
    }
    return nullptr;
}

} // namespace ui::pages::settings
