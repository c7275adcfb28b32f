// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// An export that is being written: which format, how far, and Cancel.
#pragma once

#include "ui/widgets/card.h"

namespace ui::widgets {
class PlainLabel;
class ProgressBar;
} // namespace ui::widgets

namespace ui::pages::exporting {

class ProgressPanel : public widgets::Card
{
    Q_OBJECT

public:
    explicit ProgressPanel(QWidget* parent = nullptr);

    // `name` of the format, the `index`-th of `count`; total 0 = not known yet.
    void show(const QString& name, int index, int count, qint64 done, qint64 total);

Q_SIGNALS:
    void cancelled();

private:
    widgets::PlainLabel* m_what;
    widgets::ProgressBar* m_bar;
    widgets::PlainLabel* m_words;
};

} // namespace ui::pages::exporting
