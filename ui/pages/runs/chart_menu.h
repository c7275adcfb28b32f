// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The small button beside a chart that writes it to a file: PNG, SVG or CSV.
#pragma once

#include "ui/plots/chart_export.h"
#include "ui/widgets/icon_button.h"

namespace ui {
class Dialogs;
}

namespace ui::plots {
class ChartView;
}

namespace ui::pages::runs {

class ChartMenu final : public widgets::IconButton
{
    Q_OBJECT

public:
    // The chart must outlive the button.
    ChartMenu(plots::ChartView& chart, Dialogs& dialogs, QWidget* parent = nullptr);

    // What files are called by default, without the ending.
    void setFileName(const QString& name) { m_fileName = name; }
    // Asks where, then writes.
    void write(plots::ExportFormat format);

Q_SIGNALS:
    void written(const QString& path);
    void failed(const QString& cause, const QString& hint);

private:
    void showMenu();

    plots::ChartView& m_chart;
    Dialogs& m_dialogs;
    QString m_fileName;
};

} // namespace ui::pages::runs
