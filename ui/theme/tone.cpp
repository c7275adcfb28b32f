// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/tone.h"

#include "ui/theme/theme.h"

#include <QPalette>
#include <QVariant>
#include <QWidget>

namespace ui {

Color colorOf(Tone tone)
{
    switch (tone) {
    case Tone::Normal:
        return Color::Text;
    case Tone::Secondary:
        return Color::TextSecondary;
    case Tone::Tertiary:
        return Color::TextTertiary;
    case Tone::Disabled:
        return Color::TextDisabled;
    case Tone::Accent:
        return Color::Accent;
    case Tone::Ok:
        return Color::Ok;
    case Tone::Warning:
        return Color::Warning;
    case Tone::Error:
        return Color::Error;
    case Tone::OnAccent:
        return Color::OnAccent;
    }
    return Color::Text;
}

Color colorOf(StatusKind kind)
{
    switch (kind) {
    case StatusKind::Idle:
        return Color::FieldLine;
    case StatusKind::Active:
        return Color::Accent;
    case StatusKind::Ok:
        return Color::Ok;
    case StatusKind::Warning:
        return Color::Warning;
    case StatusKind::Error:
        return Color::Error;
    }
    return Color::FieldLine;
}

void applyTone(QWidget& widget, Tone tone)
{
    QPalette palette;
    // Which of them a label draws with depends on what it stands in.
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(role, theme().color(colorOf(tone)));
        palette.setColor(QPalette::Disabled, role, theme().color(Color::TextDisabled));
    }
    widget.setPalette(palette);
}

void setStyleProperty(QWidget* widget, const char* name, const QVariant& value)
{
    if (widget->property(name) == value) {
        return;
    }
    widget->setProperty(name, value);
    widget->update();
}

} // namespace ui
