// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The row of chips above a chart that says what its marks mean; a click or Space turns one off and
// on. Wraps onto further lines when narrow.
#pragma once

#include "ui/plots/legend_entry.h"

#include <QWidget>

#include <vector>

class QAbstractButton;

namespace ui::plots {

class ChartLegend final : public QWidget
{
    Q_OBJECT

public:
    explicit ChartLegend(QWidget* parent = nullptr);

    // Chips that stay the same are kept, so that one with the focus does not lose it.
    void setEntries(const std::vector<LegendEntry>& entries);
    bool isOn(int id) const;
    // The chip, for tests and captures; null when there is none.
    QAbstractButton* chip(int id) const;

Q_SIGNALS:
    void toggled(int id, bool on);

private:
    std::vector<LegendEntry> m_entries;
};

} // namespace ui::plots
