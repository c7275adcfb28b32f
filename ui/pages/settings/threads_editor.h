// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// CPU threads as a slider from "all cores" (0) to what this computer has.
#pragma once

#include <QWidget>

namespace app {
class Studio;
}

namespace ui::widgets {
class PlainLabel;
class Slider;
} // namespace ui::widgets

namespace ui::pages::settings {

class ThreadsEditor final : public QWidget
{
    Q_OBJECT

public:
    explicit ThreadsEditor(app::Studio& studio, QWidget* parent = nullptr);

private:
    void showValue();

    app::Studio& m_studio;
    widgets::Slider* m_slider;
    widgets::PlainLabel* m_words;
};

} // namespace ui::pages::settings
