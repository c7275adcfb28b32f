// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/tone.h"

#include <QStyle>
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

void setTone(QWidget* widget, Tone tone)
{
    static const char* const kNames[] = {"normal",
                                         "secondary",
                                         "tertiary",
                                         "disabled",
                                         "accent",
                                         "ok",
                                         "warning",
                                         "error",
                                         "on_accent"};
    setStyleProperty(widget, "tone", QLatin1String(kNames[size_t(tone)]));
}

void setStyleProperty(QWidget* widget, const char* name, const QVariant& value)
{
    if (widget->property(name) == value) {
        return;
    }
    widget->setProperty(name, value);
    // A widget that was never polished is judged when it first shows.
    if (widget->testAttribute(Qt::WA_WState_Polished)) {
        widget->style()->unpolish(widget);
        widget->style()->polish(widget);
        widget->update();
    }
}

} // namespace ui
