// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the scenarios act on: the studio, its window, and what became of the sample that they train.
#pragma once

#include <QString>

namespace app {
class Studio;
}

namespace ui::shell {
class MainWindow;
}

namespace ui::capture {

struct Stage
{
    app::Studio& studio;
    shell::MainWindow& window;
    QString scratch; // a folder for files that scenarios make

    QString model() const; // of the sample
    QString data() const;
    // The run that trains the sample, or trained it; empty before it was started.
    QString run() const;
    // The run that was made to fail.
    QString failedRun() const;
    QString adapterId() const;
    QString adapterPath() const;
};

// The name of the job that is made to fail.
QString failingRunName();
// A job that the engine refuses after it was started.
void startFailingRun(const Stage& stage);
// A model folder with a torn weight file, and a data file that is none.
QString makeTornModel(const Stage& stage);
QString makeBrokenData(const Stage& stage);
// A data file with rows that cannot be used, one of them mended and one left out by its edits.
QString makeMixedData(const Stage& stage);

} // namespace ui::capture
