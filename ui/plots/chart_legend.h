// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The row of chips above a chart that says what its marks mean; a click or Space turns one off and
// on. Wraps onto further lines when narrow.
#pragma once

#include "ui/plots/legend_entry.h"

#include <QWidget>

#include <vector>

namespace ui::plots {

class ChartLegend final : public QWidget
{
    Q_OBJECT

public:
    explicit ChartLegend(QWidget* parent = nullptr);

    void setEntries(const std::vector<LegendEntry>& entries);
    bool isOn(int id) const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void toggled(int id, bool on);

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    // Places the chips in lines of `width` and returns the height; only measures without `apply`.
    int arrange(int width, bool apply) const;
};

} // namespace ui::plots
