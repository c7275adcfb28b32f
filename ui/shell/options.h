// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The command line of the studio (contract section 6), checked before anything starts.
#pragma once

#include "engine/contract/result.h"

#include <QString>
#include <QStringList>

namespace ui::shell {

struct Options
{
    QStringList paths;   // opened as if dropped
    QString run;         // a run folder to show
    QString dataFolder;  // empty = the user's
    QString screenshots; // folder for them; empty = none
    QString language;    // empty = as set
    QString theme;       // "light", "dark"; empty = as set
    bool demo = false;
    bool wantsHelp = false;
    bool wantsVersion = false;

    // Works with no screen at all, into memory.
    bool canBeHeadless() const { return demo || !screenshots.isEmpty(); }
};

// `arguments` with the program's name first. Refuses by name what it does not know (code
// kBadArgument); paths are made absolute and must exist (kNotFound).
engine::contract::Result<Options> parseOptions(const QStringList& arguments);

// What --help prints.
QString optionsHelp();

} // namespace ui::shell
