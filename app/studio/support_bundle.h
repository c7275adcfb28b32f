// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One file to send with a report: versions, device, settings and logs, and what the user ticks.
// Never data, prompts, models or weights; the home folder's name is left out of every text.
#pragma once

#include "app/base/system_facts.h"
#include "engine/contract/catalog.h"
#include "engine/contract/result.h"

#include <QString>
#include <QStringList>

namespace app {
class Studio;
}

namespace app::studio {

// What goes in, gathered on the GUI thread; the files are read where the bundle is written.
struct SupportFacts
{
    QString text;     // "facts.txt": versions, device, engine, library
    QString settings; // the ini file
    QStringList logs; // files
    QStringList jobs; // job.json of runs; only when the user ticked them
};

// The newest runs whose jobs and logs are offered.
inline constexpr int kBundledRuns = 5;

SupportFacts supportFacts(Studio& studio, bool withRuns);

// Reads, strips and writes the archive. Slow: in the background.
::engine::contract::Result<void> writeSupportBundle(const SupportFacts& facts, const QString& file);

// The text with the home folder as "~" and the user's name in paths gone.
QString withoutHome(QString text);

} // namespace app::studio
