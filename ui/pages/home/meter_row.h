// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Icon, name, a figure at the right, and a bar below: how much of something is in use.
#pragma once

#include <QWidget>

namespace ui::widgets {
class ElidedLabel;
class PlainLabel;
class ProgressBar;
} // namespace ui::widgets

namespace ui::pages::home {

class MeterRow final : public QWidget
{
    Q_OBJECT

public:
    MeterRow(const QString& iconName, const QString& name, QWidget* parent = nullptr);

    void setName(const QString& name);
    // `share` below 0: not known, an empty bar.
    void setUse(const QString& figure, double share);
    // The bar warns when nearly full, which is bad for a drive and good for a processor.
    void setWarning(bool warns) { m_warns = warns; }
    QString figure() const;

private:
    widgets::ElidedLabel* m_name;
    widgets::PlainLabel* m_figure;
    widgets::ProgressBar* m_bar;
    bool m_warns = false;
};

} // namespace ui::pages::home
