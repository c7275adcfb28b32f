// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Peak memory by component against the device: bar, legend, and a line at the limit where it does
// not fit. Shown only when the engine gives the numbers.
#pragma once

#include "engine/contract/value.h"

#include <QWidget>

class QGridLayout;

namespace ui::widgets {
class PlainLabel;
}

namespace ui::pages::train {

class MemoryBar : public QWidget
{
    Q_OBJECT

public:
    explicit MemoryBar(QWidget* parent = nullptr);

    // `bytes` and `step` of the plan that `estimate` answers; `device` in bytes, 0 = not known.
    void setPlan(const engine::contract::Value& plan, int64_t device);
    // Of the device; 0 when that is not known.
    double share() const;

private:
    class Bar;

    widgets::PlainLabel* m_title;
    widgets::PlainLabel* m_total;
    Bar* m_bar;
    QGridLayout* m_legend;
    int64_t m_used = 0;
    int64_t m_device = 0;
};

} // namespace ui::pages::train
