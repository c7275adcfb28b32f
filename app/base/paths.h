// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Where everything of the studio lies: one data folder with the library, the runs and the rest, and
// the engine and samples that came with the program. Any thread.
#pragma once

#include "engine/contract/result.h"

#include <QString>

#include <cstdint>

namespace app {

struct Paths
{
    // `data` is made absolute; nothing is created.
    explicit Paths(const QString& data);

    QString data;
    QString library; // the database file
    QString runs;
    QString adapters; // copies of imported ones
    QString exports;
    QString scratch; // of the idle engine; emptied at the start
    QString logs;
    QString drafts;
    QString presets; // the user's own
    QString edits;   // of data files, which are never written themselves
    QString trash;
    QString samples;  // the copy of the sample model and data that runs refer to
    QString settings; // the ini file

    // Makes the folders. Fails when one cannot be made or written to.
    ::engine::contract::Result<void> create() const;

    // The data folder of this user: the one chosen in the settings, else the place for data of
    // programs (~/.local/share/lora-studio).
    static QString defaultData();
    // Remembers another data folder for the next start.
    static ::engine::contract::Result<void> setDefaultData(const QString& folder);

    // The program lora-engine: $LORA_STUDIO_ENGINE, else beside this program.
    static QString engineProgram();
    // The sample model and data that come with the program: $LORA_STUDIO_SAMPLES, else the
    // installed ones, else those of the source tree this program was built in. Empty when there are
    // none.
    static QString bundledSamples();
};

struct DiskSpace
{
    int64_t freeBytes = 0; // for this user
    int64_t totalBytes = 0;
    bool known = false;
};

// Of the drive that holds `path`, or the nearest folder above it that exists. A dead network drive
// may block it: not on the GUI thread.
DiskSpace diskSpace(const QString& path);

} // namespace app
