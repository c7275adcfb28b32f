// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The demonstration: presses Home's button that trains the sample, and follows the run. Without a
// screen it waits for the end, saves the loss chart as it is drawn, says where, and ends the
// program.
#pragma once

#include "ui/capture/driver.h"

#include <QObject>

namespace app {
class Studio;
}

namespace ui::shell {
class MainWindow;
}

namespace ui::capture {

class Demo : public QObject
{
    Q_OBJECT

public:
    Demo(app::Studio& studio, shell::MainWindow& window, bool endsByItself, QObject* parent);

    void start();

private:
    void addEnding();
    void tellProgress(const QString& folder);
    void saveChart();
    QString newestRun() const;
    void finish();

    app::Studio& m_studio;
    shell::MainWindow& m_window;
    bool m_endsByItself;
    Driver m_driver;
    QString m_before; // the newest run before ours
    QString m_folder; // of the run
    int m_told = 0;   // eighths of the run
    QString m_chart;  // the file, once it is written
};

} // namespace ui::capture
