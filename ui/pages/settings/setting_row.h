// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One line of a settings card: label and help at the left, a control at the right, an arrow to go
// back to the default while the value is another.
#pragma once

#include <QWidget>

class QHBoxLayout;

namespace ui::widgets {
class IconButton;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::settings {

class SettingRow final : public QWidget
{
    Q_OBJECT

public:
    // The control's accessible name is the label; a control may be null.
    SettingRow(const QString& label,
               const QString& help,
               QWidget* control,
               QWidget* parent = nullptr);

    void setHelp(const QString& help);
    // Makes the arrow, which is shown while `isChanged`.
    void setChanged(bool isChanged);
    // Label and help contain the text, whatever the case.
    bool matches(const QString& text) const;

Q_SIGNALS:
    void resetRequested();

private:
    QHBoxLayout* m_layout;
    widgets::PlainLabel* m_label;
    widgets::PlainLabel* m_help;
    QWidget* m_control;
    widgets::IconButton* m_reset = nullptr;
};

} // namespace ui::pages::settings
